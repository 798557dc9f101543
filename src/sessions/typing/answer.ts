/** Answers the prompt on the screen: that one and no other. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Prompt } from '../../agents/reading/prompt.ts'
import { bytesOfKey } from '../keys.ts'
import type { Typing } from './announcing.ts'
import { answerLine, lineOf } from './answer-line.ts'
import { answerWithText } from './answer-with-text.ts'
import { type Bound, bindTo } from './bound-prompt.ts'
import { chooseOption, leaves } from './choose-option.ts'
import { type Choice, findOption } from './find-option.ts'
import { assertRightProgram, promptOf } from './front.ts'
import type { Keyboard, Look } from './keyboard.ts'
import { tickOptions } from './tick-options.ts'
import { typable } from './typable-text.ts'
import { promptChanged } from './typing-errors.ts'

export interface AnswerRequest extends Choice {
  /** The prompt that is answered; without it, whatever prompt is in front at the first look. */
  fingerprint?: string | undefined
  /** ISO time at which the prompt appeared: what was answered before that was another one, alike. */
  askedAt?: string | undefined
  typing?: Typing | undefined
  /** The answer is a secret, whatever the prompt looks like: it is kept nowhere. */
  secret?: boolean | undefined
}

export interface AnswerResult {
  confirmed: true
  evidence: string
  fingerprint: string
  /** The label of what was chosen, several joined; the text only where it is no secret. */
  chosen: string
  kind: Prompt['kind']
}

/**
 * Every key is pressed right after a look that showed the same prompt; the proof is that the prompt has
 * left the screen. A choice is never followed by Enter unless the menu is seen to wait for it.
 *
 * @param fresh how many ms are left until the prompt of a look takes keys
 * @throws {OrchError} `no-prompt`, `prompt-changed`, `option-unknown`, `wrong-program`, `submit-unconfirmed`,
 * `draft-in-box`, `not-accepting-input` for a text that does not fit.
 */
export async function answer(
  keyboard: Keyboard,
  request: AnswerRequest,
  fresh: (look: Look) => number,
): Promise<AnswerResult> {
  const facts = await keyboard.facts()
  assertRightProgram(keyboard.profile, facts)
  const { look, prompt } = await settledPrompt(keyboard, request.fingerprint, fresh)
  const bound = bindTo(keyboard, facts, prompt)
  const wanted = findOption(prompt, request, keyboard.profile.prompts)
  const about = { confirmed: true as const, fingerprint: prompt.fingerprint, kind: prompt.kind }
  const severalMayBeTicked = prompt.options.some(({ ticked }) => ticked !== undefined)
  if (wanted.kind === 'text') {
    const { text, through } = wanted
    const evidence = severalMayBeTicked
      ? await tickOptions(bound, prompt, [], fresh, { text: typable(text), through })
      : await answerWithText(bound, look, prompt, text, through)
    return { ...about, evidence, chosen: prompt.kind === 'credential' ? '[redacted]' : wanted.text }
  }
  if (wanted.kind === 'keys') {
    const evidence = await pressAndLeave(bound, wanted.keys)
    return { ...about, evidence, chosen: wanted.keys.join(' ') }
  }
  const chosen = wanted.options.map(({ label }) => label).join(', ')
  const [first] = wanted.options
  if (prompt.kind === 'multi-select' && first?.ticked !== undefined) {
    return { ...about, evidence: await tickOptions(bound, prompt, wanted.options, fresh), chosen }
  }
  const only = wanted.options.length === 1 ? first : undefined
  if (!only) throw promptChanged(request.fingerprint, prompt, false)
  const line = lineOf(prompt, only, facts.canonical)
  const evidence =
    line === undefined ? chooseOption(bound, { look, prompt }, only) : answerLine(bound, look, line)
  return { ...about, evidence: await evidence, chosen }
}

async function settledPrompt(
  keyboard: Keyboard,
  fingerprint: string | undefined,
  fresh: (look: Look) => number,
): Promise<{ look: Look; prompt: Prompt }> {
  let wanted = fingerprint
  for (;;) {
    const look = await keyboard.look()
    const prompt = promptOf(look)
    if (wanted !== undefined && prompt.fingerprint !== wanted) throw promptChanged(wanted, prompt, false)
    wanted = prompt.fingerprint
    const wait = fresh(look)
    if (wait <= 0) return { look, prompt }
    await delay(wait)
  }
}

async function pressAndLeave(bound: Bound, keys: readonly string[]): Promise<string> {
  const { keyboard, fingerprint } = bound
  for (const key of keys) {
    const { prompt } = (await keyboard.look()).reading
    if (!prompt || !bound.isSame(prompt)) {
      if (prompt) throw promptChanged(fingerprint, prompt, key !== keys[0])
      break
    }
    await keyboard.send(bytesOfKey(key))
    if (key === 'escape') await delay(keyboard.profile.prompts.afterEscapeMs)
  }
  return leaves(bound, `after ${keys.join(' ')}`)
}
