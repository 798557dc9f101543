/** Decides whether text may be typed into what is in front. */
import { basename } from 'node:path'
import type { Prompt } from '../../agents/reading/prompt.ts'
import { OrchError } from '../../lib/errors.ts'
import type { Keyboard, Look, ProgramFacts, TypingProfile } from './keyboard.ts'
import { assertFitsLine, bracketed } from './typable-text.ts'
import { dialogInFront, draftInBox, noInputBox, wrongProgram } from './typing-errors.ts'

const shells = new Set(['sh', 'bash', 'zsh', 'fish', 'dash', 'ksh', 'tcsh', 'csh', 'pwsh', 'nu'])

/**
 * @param text what is to be typed; a prompt of a line at the cursor may take it
 * @throws {OrchError} `wrong-program`, `not-accepting-input`, `draft-in-box`. With `force` a draft or a
 * missing input box is no reason to refuse, but a dialog always is.
 */
export function assertTakesText(
  { profile }: Keyboard,
  facts: ProgramFacts,
  look: Look,
  text: string,
  force: boolean,
): void {
  assertRightProgram(profile, facts)
  const { prompt, inputBox } = look.reading
  if (prompt && !takesLine(prompt, profile, text)) throw dialogInFront(prompt, false)
  if (facts.canonical) assertFitsLine(text)
  if (profile.inputBox === undefined) {
    if (facts.alternateScreen && !inputBox && !prompt && !force) throw noInputBox(look, profile.title)
    return
  }
  if (force) return
  if (!inputBox) throw noInputBox(look, profile.title)
  if (inputBox.draft !== '') throw draftInBox(inputBox.draft, false)
}

/** An agent that ended may have left a shell behind, which would run whatever is typed. */
export function assertRightProgram(profile: TypingProfile, { job, ancestors, agent }: ProgramFacts): void {
  // Somebody has just started it: what is meant for the program before is not for this one.
  if (agent && agent.name !== profile.name) throw wrongProgram(agent.title, profile.title)
  if (job === undefined || profile.inputBox === undefined) return
  const name = basename(job).replace(/^-/u, '')
  if (!shells.has(name)) return
  const own = new Set(profile.recognise.programs)
  if (own.has(name) || ancestors.some((ancestor) => own.has(basename(ancestor)))) return
  throw wrongProgram(name, profile.title)
}

/** As one paste where the program takes pastes; one that reads lines would take the brackets for text. */
export function asTyped(text: string, profile: TypingProfile, facts: ProgramFacts): string {
  const lines = profile.submit.newlines === 'join' ? text.replace(/\s*\n\s*/gu, ' ') : text
  if (facts.canonical || facts.bracketedPaste === false) return lines
  return facts.bracketedPaste || profile.submit.paste === 'bracketed' ? bracketed(lines) : lines
}

/** Questions of a line at the cursor take text; of a `[y/n]` only the words that it offers. */
function takesLine(prompt: Prompt, profile: TypingProfile, text: string): boolean {
  if (!profile.lines || prompt.kind === 'pause') return false
  if (prompt.options.length === 0) return true
  if (prompt.kind !== 'confirmation' && prompt.kind !== 'permission') return false
  const [word = ''] = text
    .trim()
    .toLowerCase()
    .split(/[^\p{L}\p{N}]/u)
  return /^(?:y|yes|n|no)$/u.test(word) || prompt.options.some(({ label }) => label.toLowerCase() === word)
}

/** @throws {OrchError} `no-prompt`. */
export function promptOf(look: Look): Prompt {
  if (look.reading.prompt) return look.reading.prompt
  throw new OrchError('no-prompt', 'There is no prompt on the screen to answer. Nothing was typed.', {
    hint: 'It may have been answered already; see `iterm-orch read`. Text is sent with `iterm-orch inject`.',
    details: { state: look.reading.state },
  })
}
