/**
 * A line of a task's log: `<time> <run> <step> <mark> <text>`. The mark is `|` for standard output, `!` for standard
 * error and `:` for what the task process says; with a `+` behind it, the line goes on in the next one of its kind.
 */

export type LogStream = 'stdout' | 'stderr' | 'note'

export interface LogLine {
  /** ISO time. */
  at: string
  run: string
  /** Empty for what concerns the whole run. */
  step: string
  stream: LogStream
  /** It was too long, or came without its end. */
  goesOn: boolean
  text: string
}

const marks = { stdout: '|', stderr: '!', note: ':' } as const

/** What stands before the text. */
export function logPrefix(at: string, run: string, step: string, stream: LogStream, goesOn = false): string {
  return `${at} ${run} ${step || '-'} ${marks[stream]}${goesOn ? '+' : ''} `
}

const form = /^(\d{4}-\d\d-\d\dT[\d:.]+Z) (\S+) (\S+) ([|!:])(\+?) (.*)$/su

/** Undefined for what is no such line, such as a torn one, or what Node printed when it could not begin. */
export function parseLogLine(line: string): LogLine | undefined {
  const match = form.exec(line)
  if (!match) return undefined
  const [, at = '', run = '', step = '', mark, plus, text = ''] = match
  const stream = mark === '!' ? 'stderr' : mark === ':' ? 'note' : 'stdout'
  return { at, run, step: step === '-' ? '' : step, stream, goesOn: plus === '+', text }
}
