/** How lines of a task's log are shown to people. */
import { stripVTControlCharacters } from 'node:util'
import { plainText } from '../../lib/plain-text.ts'
import type { ReadLine } from '../../runner/read-log.ts'
import type { Styles } from '../styles.ts'

/** Of one line; a program that prints more in one does not mean it for people. */
const longestShown = 4_000

/** `12:30:05 build | text`. */
export function logText(line: ReadLine, style: Styles): string {
  // What a program prints is not to be obeyed by the terminal of whoever reads it later.
  const text = plainText(stripVTControlCharacters(line.text.replaceAll('\t', '  ')), longestShown)
  if (!('stream' in line)) return style.faint(text)
  const head = `${style.faint(localTime(line.at))} ${style.cyan(line.step || '-')}`
  if (line.stream === 'note') return `${head} ${style.faint(`: ${text}`)}`
  return line.stream === 'stderr'
    ? `${head} ${style.red('!')} ${text}`
    : `${head} ${style.faint('|')} ${text}`
}

function localTime(iso: string): string {
  return new Date(iso).toLocaleTimeString('en-GB')
}
