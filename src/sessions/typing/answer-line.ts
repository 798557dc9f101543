/** Answers a question at the cursor that takes a letter or a word: `[y/n]`. */
import type { Prompt, PromptOption } from '../../agents/reading/prompt.ts'
import type { Bound } from './bound-prompt.ts'
import type { Look } from './keyboard.ts'
import { submitLine, typeLine } from './submit-line.ts'

/**
 * What is typed for an option of a question at the cursor, such as `yes` in `[yes/no]`; undefined in menus.
 * Where the kernel collects lines every answer is one, also the digit of a menu.
 */
export function lineOf(
  prompt: Prompt,
  option: PromptOption,
  canonical: boolean | undefined,
): string | undefined {
  const typed = option.keys.slice(0, -1)
  const spelled = canonical ? /^[\p{L}\p{N}]$/u : /^\p{L}$/u
  if (prompt.kind === 'pause' || option.keys.at(-1) !== 'enter' || typed.length === 0) return undefined
  return typed.every((key) => spelled.test(key)) ? typed.join('') : undefined
}

/**
 * The kernel hands a line over only with Enter. A program that reads key by key may have taken the letter
 * alone; it gets Enter only if the letter is seen to stand behind the question.
 *
 * @param look which has just shown the question
 */
export async function answerLine(bound: Bound, look: Look, line: string): Promise<string> {
  const { keyboard, facts } = bound
  if (facts.canonical) return (await submitLine(keyboard, look, line, line, facts)).evidence
  await typeLine(keyboard, look, line, line, facts)
  const now = await keyboard.look()
  if (!stands(look, now, line)) return `after ${line} the program went on`
  return (await submitLine(keyboard, now, '', '', facts)).evidence
}

function stands(before: Look, now: Look, line: string): boolean {
  const { cursor, lines, first } = now.picture
  const text = lines[cursor.y - first]?.trimmed ?? ''
  const asked = before.picture.lines[before.picture.cursor.y - before.picture.first]?.trimmed ?? ''
  return cursor.y === before.picture.cursor.y && text.startsWith(asked) && text.endsWith(line)
}
