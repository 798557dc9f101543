/** Makes facts for the client of the sequences in a program's output. */
import { KittyNotes, type Note, readOsc9, readOsc777 } from '../../lib/notes.ts'
import { plainText } from '../../lib/plain-text.ts'
import { parseProgramReport, programStatusOsc } from '../../lib/program-status/report.ts'
import type { TapFact } from '../tap-message.ts'
import type { Outbox } from './outbox.ts'
import { ProgramModes } from './program-modes.ts'

/** Longest title and status that are told, in characters. */
const longestTitle = 256
const longestStatus = 1_024

const promptMarks = ['A', 'B', 'C', 'D'] as const

export class FactReader {
  readonly #outbox: Outbox
  readonly #modes = new ProgramModes()
  readonly #kitty = new KittyNotes()
  #bells = 0
  #title = { window: '', icon: '' }

  constructor(outbox: Outbox) {
    this.#outbox = outbox
  }

  bell(): void {
    this.#bells++
    this.#outbox.offerValue({ type: 'bell', count: this.#bells })
  }

  escape(final: string): void {
    // RIS resets everything that is known of the program.
    if (final !== 'c') return
    this.#modes.reset()
    this.tellModes()
    this.#clearReports('')
  }

  csi(parameters: string, final: string): void {
    if (this.#modes.take(parameters, final)) this.tellModes()
  }

  osc(number: number, data: Buffer): void {
    const text = data.toString('utf8')
    if (number === 0) this.#tellTitle(text, text)
    else if (number === 1) this.#tellTitle(this.#title.window, text)
    else if (number === 2) this.#tellTitle(text, this.#title.icon)
    else if (number === 9) this.#tellOsc9(text)
    else if (number === 777) this.#tellNote(readOsc777(text))
    else if (number === 99) this.#tellNote(this.#kitty.take(text))
    else if (number === 21337)
      this.#outbox.offerValue({ type: 'status', text: plainText(text, longestStatus) })
    else if (number === 133) this.#tellPrompt(text)
    else if (number === programStatusOsc) this.#tellReport(data.toString('latin1'))
  }

  /** The modes in force, unless they are what was told last. */
  tellModes(): void {
    this.#outbox.offerValue({ type: 'modes', ...this.#modes.values })
  }

  #tellTitle(window: string, icon: string): void {
    this.#title = { window: plainText(window, longestTitle), icon: plainText(icon, longestTitle) }
    this.#outbox.offerValue({ type: 'title', ...this.#title })
  }

  #tellOsc9(text: string): void {
    const read = readOsc9(text)
    if (read && 'note' in read) this.#tellNote(read.note)
    else if (read) this.#outbox.offerValue({ type: 'progress', progress: read.progress })
  }

  #tellNote(note: Note | undefined): void {
    if (note) this.#outbox.offerEvent({ type: 'notification', ...note })
  }

  /** `A`, `B`, `C`, or `D;<exit code>`; other parameters follow after further semicolons. */
  #tellPrompt(text: string): void {
    const [markText, codeText = ''] = text.split(';')
    const mark = promptMarks.find((one) => one === markText)
    if (!mark) return
    const exitCode = mark === 'D' && /^-?\d{1,9}$/.test(codeText) ? Number(codeText) : undefined
    this.#outbox.offerEvent({ type: 'prompt', mark, ...(exitCode !== undefined && { exitCode }) })
  }

  #tellReport(body: string): void {
    const report = parseProgramReport(body)
    if (!report) return
    if (report.state === 'clear') {
      this.#clearReports(report.id)
      return
    }
    const { msg, title, ...rest } = report
    const fact: TapFact = {
      type: 'report',
      report: {
        ...rest,
        ...(title !== undefined && { title: plainText(title, title.length) }),
        ...(msg !== undefined && { message: plainText(msg, msg.length) }),
      },
    }
    this.#outbox.offerEvent(fact, slotOf(report.id))
  }

  #clearReports(id: string): void {
    this.#outbox.offerEvent({ type: 'report', report: { state: 'clear', id } }, slotOf(id))
    this.#outbox.forget(id === '' ? slotOf('') : slotOf(`${id}/`))
  }
}

/** The slots of all reports begin alike, and those of a report's descendants like its own. */
function slotOf(id: string): string {
  return `report:${id}`
}
