/** Notifications (OSC 9, 777, 99) and progress bars (OSC 9;4) of programs, as plain text. */
import { decodeBase64Text, plainText } from './plain-text.ts'

/** Longest texts that are kept, in characters. */
const longestTitle = 256
const longestBody = 4_096

/** Notifications of OSC 99 come in parts; so many unfinished ones are kept, and so long. */
const maxUnfinished = 16

/** What `OSC 9 ; 4 ; <n>` says of a progress bar. */
const progressStates = ['none', 'normal', 'error', 'indeterminate', 'warning'] as const

export interface Note {
  source: 'osc9' | 'osc777' | 'osc99'
  title: string
  body: string
}

export interface Progress {
  state: Exclude<(typeof progressStates)[number], 'none'>
  /** 0 to 100; null for a bar without a percentage. */
  percent: number | null
}

/** A notification, or a progress bar (null: it goes away), or nothing that means anything here. */
export function readOsc9(data: string): { note: Note } | { progress: Progress | null } | undefined {
  // ConEmu's numbered commands share the number; of them only the progress bar means anything here.
  const command = /^(\d{1,2})(?:;(.*))?$/s.exec(data)
  if (!command) return { note: plainNote({ source: 'osc9', title: '', body: data }) }
  return command[1] === '4' ? readProgress(command[2] ?? '') : undefined
}

/** `notify;<title>;<body>`. */
export function readOsc777(data: string): Note | undefined {
  const [verb, title = '', ...body] = data.split(';')
  return verb === 'notify' ? plainNote({ source: 'osc777', title, body: body.join(';') }) : undefined
}

/** Notifications in kitty's form (OSC 99), which come in parts: `<key=value:…>;<payload>`. */
export class KittyNotes {
  readonly #unfinished = new Map<string, Note>()

  /** Takes one part; gives the whole when it is complete. */
  take(data: string): Note | undefined {
    const at = data.indexOf(';')
    if (at < 0) return undefined
    const metadata = new Map(
      data
        .slice(0, at)
        .split(':')
        .map((pair): [string, string] => [pair.slice(0, 1), pair.slice(2)]),
    )
    const part = metadata.get('p') ?? 'title'
    if (part !== 'title' && part !== 'body') return undefined
    const payload = data.slice(at + 1, at + 1 + longestBody * 4)
    const text = metadata.get('e') === '1' ? decodeBase64Text(payload) : payload
    if (text === undefined) return undefined

    const id = (metadata.get('i') ?? '').slice(0, 128)
    const note = this.#unfinished.get(id) ?? { source: 'osc99', title: '', body: '' }
    this.#unfinished.delete(id)
    note[part] = (note[part] + text).slice(0, longestBody)
    if (metadata.get('d') !== '0') return plainNote(note)
    this.#unfinished.set(id, note)
    const [oldest] = this.#unfinished.keys()
    if (this.#unfinished.size > maxUnfinished && oldest !== undefined) this.#unfinished.delete(oldest)
    return undefined
  }
}

/** `<state>;<percent>`. */
function readProgress(data: string): { progress: Progress | null } | undefined {
  const [stateText = '', percentText = ''] = data.split(';')
  const state = progressStates[Number(stateText || '0')]
  if (state === undefined) return undefined
  if (state === 'none') return { progress: null }
  const known = state !== 'indeterminate' && /^\d+$/.test(percentText)
  return { progress: { state, percent: known ? Math.min(100, Number(percentText)) : null } }
}

function plainNote({ source, title, body }: Note): Note {
  return { source, title: plainText(title, longestTitle), body: plainText(body, longestBody) }
}
