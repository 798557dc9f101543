// What the stand-ins for agents share: a screen with an input box between rules, dialogs, and a log of every
// chunk of bytes that arrived, as one JSON string a line with the time.
import { appendFileSync } from 'node:fs'

const rule = '─'.repeat(78)
const dim = (text) => `\x1b[2m${text}\x1b[22m`

export class StandIn {
  transcript = ['Stand-in v1', '']
  draft = ''
  ghost = ''
  /** The line above the box while it works. */
  spinner = ''
  /** `{ question, options, selected, numbered, subject }`, or undefined. */
  dialog = undefined
  footer = '  ? for shortcuts'

  constructor(log) {
    this.log = log
    process.stdin.setRawMode(true)
    process.stdout.write('\x1b[?1049h\x1b[?2004h')
    process.stdin.on('data', (chunk) => {
      this.note({ got: chunk.toString('utf8') })
      this.take(chunk.toString('utf8'))
    })
  }

  note(entry) {
    appendFileSync(this.log, `${JSON.stringify({ at: Date.now(), ...entry })}\n`)
  }

  /** Cuts a chunk into keys and pastes. */
  take(text) {
    for (const [part] of text.matchAll(/\x1b\[200~[\s\S]*?\x1b\[201~|\x1b\[[A-Z]|\x1bO[A-D]|[\s\S]/gu)) {
      if (part.startsWith('\x1b[200~')) this.paste(part.slice(6, -6))
      else this.key(part)
    }
    this.draw()
  }

  paste(text) {
    this.draft += text
  }

  key(key) {
    if (key === '\r') this.submit()
    else if (key === '\x7f') this.draft = this.draft.slice(0, -1)
    else if (key >= ' ' && !key.startsWith('\x1b')) this.draft += key
  }

  submit() {
    if (this.draft === '') return
    this.note({ submitted: this.draft })
    this.transcript.push(`❯ ${this.draft.slice(0, 60)}`, '')
    this.draft = ''
    this.spinner = '✽ Pondering… (1s · ↓ 8 tokens)'
    this.footer = '  esc to interrupt'
  }

  draw() {
    const rows = this.dialog ? this.dialogRows() : this.boxRows()
    const all = [...this.transcript, ...rows.lines].slice(-22)
    const shown = all.map((line) => `${line}\x1b[K`).join('\r\n')
    const y = all.length - rows.lines.length + rows.cursor.y + 1
    process.stdout.write(`\x1b[H${shown}\x1b[J\x1b[${y};${rows.cursor.x + 1}H`)
  }

  boxRows() {
    const text = this.draft === '' ? [dim(this.ghost)] : wrap(this.draft)
    const body = text.map((line, index) => `${index === 0 ? '❯' : ' '} ${line}`)
    const above = this.spinner === '' ? [] : [this.spinner, '']
    const lines = [...above, rule, ...body, rule, this.footer]
    const x = this.draft === '' ? 2 : 2 + (text.at(-1)?.length ?? 0)
    return { lines, cursor: { x, y: above.length + body.length } }
  }

  dialogRows() {
    const { question, options, selected = 0, numbered = true, subject = 'rm -rf build' } = this.dialog
    const entries = options.map((label, index) => {
      const mark = index === selected ? '❯' : ' '
      return ` ${mark} ${numbered ? `${index + 1}. ` : ''}${label}`
    })
    const hint = numbered ? ' Esc to cancel · Tab to amend' : ' Enter to confirm · Esc to cancel'
    const lines = [rule, ' Bash command', '', `   ${subject}`, '', ` ${question}`, ...entries, '', hint]
    return { lines, cursor: { x: 1, y: 6 + selected } }
  }
}

/** As a box wraps: at most five rows are shown, the last ones. */
function wrap(text) {
  const rows = text.split('\n').flatMap((line) => line.match(/.{1,70}/gu) ?? [''])
  return rows.slice(-5)
}

/** The options of the scenario, from the command line. */
export function scenario() {
  return { log: process.argv[2], ...JSON.parse(process.argv[3] ?? '{}') }
}
