/** The prompt of a line by which a program says that it is blocked, so that an answer can be bound to it. */
import { createHash } from 'node:crypto'
import { readConfirmation } from '../agents/reading/confirmation.ts'
import type { Prompt, PromptKind } from '../agents/reading/prompt.ts'
import type { Reading } from '../agents/reading/reading.ts'
import type { AskedPrompt, BlockerKind } from '../agents/session-state.ts'
import type { Picture } from '../terminal/terminal.ts'

const kinds: Partial<Record<BlockerKind, PromptKind>> = {
  permission: 'permission',
  question: 'free-text',
  choice: 'free-text',
  credential: 'credential',
}

/**
 * Undefined for lines that ask nothing, such as errors.
 *
 * @param line its text and its absolute number: the same words asked again are another prompt
 */
export function promptOfLine(
  kind: BlockerKind,
  line: { text: string; y: number },
  task: string,
): AskedPrompt | undefined {
  const asks = kinds[kind]
  if (asks === undefined) return undefined
  const options = readConfirmation(line.text)?.options ?? []
  const fingerprint = createHash('sha256')
    .update([task, line.text, String(line.y)].join('\u0001'))
    .digest('hex')
    .slice(0, 16)
  return { kind: asks, question: line.text, subject: '', options, truncated: false, fingerprint }
}

/**
 * What is read while such a line is unanswered: where it still is the last one, with the cursor behind it,
 * the prompt on the screen is that of the line. Otherwise nothing of the line is left to answer.
 */
export function withLinePrompt(reading: Reading, picture: Picture, asked: AskedPrompt | undefined): Reading {
  if (asked === undefined || !isLast(picture, asked.question)) return reading
  const { fingerprint, question } = asked
  if (reading.prompt) return { ...reading, prompt: { ...reading.prompt, fingerprint } }
  const prompt: Prompt = {
    ...{ kind: asked.kind === 'permission' || asked.kind === 'credential' ? asked.kind : 'free-text' },
    ...{
      question,
      subject: '',
      subjectKind: 'none',
      context: '',
      options: [],
      truncated: false,
      fingerprint,
    },
  }
  return { ...reading, state: 'waiting', reason: `it asks: ${question}`, prompt }
}

/** A line of this text, with nothing typed or printed after it; it may go on in the rows below. */
function isLast({ lines, first, cursor }: Picture, text: string): boolean {
  const last = lines.findLastIndex(({ trimmed }) => trimmed.trim() !== '')
  const y = cursor.y - first
  if (last < 0 || !(y === last || (y === last + 1 && cursor.x <= 2))) return false
  // Wrapped rows make one line.
  for (let start = last; start >= Math.max(0, last - mostRows); start--) {
    const line = lines.slice(start, last + 1).map(({ text: row }) => row)
    if (line.join('').trim() === text) return true
  }
  return false
}

const mostRows = 8
