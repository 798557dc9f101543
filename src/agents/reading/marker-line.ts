/** Lines by which scripts and agents say that they are blocked or done: `PERMISSION: …`, `COMPLETE: …`. */
import type { BlockerKind } from '../session-state.ts'
import { type Prompt, withFingerprint } from './prompt.ts'
import type { Reading } from './reading.ts'
import { joined, logicalLines, type Row } from './rows.ts'
import type { ScreenView } from './screen-view.ts'

const marker = /^(PERMISSION|QUESTION|ERROR|COMPLETE):\s+(\S.*)$/u
const kinds: Readonly<Record<string, BlockerKind>> = {
  PERMISSION: 'permission',
  QUESTION: 'question',
  ERROR: 'error',
}

/**
 * The last line of the screen, with the cursor behind it or at the beginning of the row below. Among other
 * such lines it is a log that somebody looks at.
 */
export function readMarkerLine(
  { cursor }: ScreenView,
  rows: readonly Row[],
): Omit<Reading, 'transcript'> | undefined {
  const last = rows.findLast(({ kind }) => kind === 'text')
  if (!last) return undefined
  const lines = logicalLines(rows.slice(Math.max(0, last.y - 6), last.y + 1))
  const line = lines.at(-1) ?? []
  const match = marker.exec(joined(line))
  const before = joined(lines.at(-2) ?? [])
  const inLog = marker.test(before)
  const behind = !cursor || cursor.y === last.y || (cursor.y === last.y + 1 && cursor.x <= 2)
  if (!match || inLog || !behind) return undefined
  const [, word = '', said = ''] = match
  const evidence = [{ row: line[0]?.y, text: joined(line), shows: 'the last line, with nothing after it' }]
  if (word === 'COMPLETE') {
    return { state: 'idle', reason: `it says that it is done: ${said}`, confidence: 0.7, evidence }
  }
  const blocker = kinds[word] ?? 'question'
  if (word === 'ERROR') return { state: 'errored', reason: said, blocker, confidence: 0.6, evidence }
  const prompt = spoken(word === 'PERMISSION' ? 'permission' : 'free-text', said)
  return { state: 'waiting', reason: `it asks: ${said}`, blocker, prompt, confidence: 0.7, evidence }
}

function spoken(kind: Prompt['kind'], question: string): Prompt {
  return withFingerprint({
    kind,
    question,
    subject: '',
    subjectKind: 'none',
    context: '',
    options: [],
    truncated: false,
  })
}
