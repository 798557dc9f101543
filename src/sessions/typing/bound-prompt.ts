/** An answer under way, bound to one prompt. */
import type { Prompt } from '../../agents/reading/prompt.ts'
import { bytesOfKey } from '../keys.ts'
import type { Keyboard, Look, ProgramFacts } from './keyboard.ts'
import { applicationForm } from './press-keys.ts'
import { promptChanged, unconfirmed } from './typing-errors.ts'

export interface Bound {
  keyboard: Keyboard
  facts: ProgramFacts
  fingerprint: string
  /** Whether a prompt on the screen is the one that is answered. */
  isSame(prompt: Prompt): boolean
}

export function bindTo(keyboard: Keyboard, facts: ProgramFacts, { fingerprint }: Prompt): Bound {
  return { keyboard, facts, fingerprint, isSame: (prompt) => prompt.fingerprint === fingerprint }
}

/** The same binding while a text is typed into an option: its label turns into the text, all else stays. */
export function bindBut({ keyboard, facts, fingerprint }: Bound, prompt: Prompt, typedInto: number): Bound {
  const face = ({ question, subject, options }: Prompt) =>
    JSON.stringify([
      question,
      subject,
      options.map(({ number, label }) => [number, number === typedInto ? '' : label]),
    ])
  const wanted = face(prompt)
  return { keyboard, facts, fingerprint, isSame: (now) => face(now) === wanted }
}

/** Whether the prompt that is answered is in front in this look. */
export function isInFront(bound: Bound, { reading }: Look): boolean {
  return reading.prompt !== undefined && bound.isSame(reading.prompt)
}

/** @throws {OrchError} `prompt-changed` when another prompt, or none, is in front. */
export async function samePrompt(bound: Bound, pressed: boolean): Promise<{ look: Look; prompt: Prompt }> {
  const look = await bound.keyboard.look()
  const { prompt } = look.reading
  if (prompt && bound.isSame(prompt)) return { look, prompt }
  if (prompt) throw promptChanged(bound.fingerprint, prompt, pressed)
  throw unconfirmed('the prompt left the screen before the answer was complete', look, { pressed })
}

export async function press({ keyboard, facts }: Bound, key: string): Promise<void> {
  const bytes = bytesOfKey(key)
  await keyboard.send(facts.applicationCursor ? applicationForm(bytes) : bytes)
}
