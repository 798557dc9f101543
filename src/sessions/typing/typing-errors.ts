/** The ways in which typing fails, with what was seen (design rule 5). */
import type { Prompt } from '../../agents/reading/prompt.ts'
import { OrchError } from '../../lib/errors.ts'
import { redact, redactLines } from '../../lib/redact.ts'
import type { Look } from './keyboard.ts'

/** Rows of the screen that an error shows. */
const shownRows = 12

export function dialogInFront(prompt: Prompt, typed: boolean): OrchError {
  const done = typed ? 'The text was typed, Enter was not pressed' : 'Nothing was typed'
  return new OrchError(
    'not-accepting-input',
    `A dialog is in front: ${prompt.question || prompt.kind}. ${done}, since Enter would choose its selected option.`,
    {
      hint: 'Choose with `iterm-orch answer <session> <option>`; --when next-prompt waits until it is gone.',
      details: { typed, prompt: told(prompt) },
    },
  )
}

export function noInputBox(look: Look, title: string): OrchError {
  return new OrchError(
    'not-accepting-input',
    `The input box of ${title} is not in front (${look.reading.state}: ${look.reading.reason}). Nothing was typed.`,
    {
      hint: 'Look at it with `iterm-orch read`; --when next-prompt waits for the box, --force types without it.',
      details: { typed: false, screen: screenOf(look) },
    },
  )
}

export function draftInBox(draft: string, typed: boolean): OrchError {
  const what = typed
    ? 'Something else stands in the input box together with the text; Enter was not pressed'
    : 'A draft that somebody has not sent stands in the input box; nothing was typed'
  return new OrchError('draft-in-box', `${what}.`, {
    hint: 'Send or clear it in the session; --force adds the text to the draft and sends both.',
    details: { typed, draft: redact(draft) },
  })
}

export function wrongProgram(job: string, title: string): OrchError {
  return new OrchError(
    'wrong-program',
    `${job} is in the foreground, not ${title}. Nothing was typed, since it would have got what is not for it.`,
    {
      hint: 'Look with `iterm-orch read`; an agent that has ended is started with `iterm-orch restart-session`.',
      details: { typed: false, job },
    },
  )
}

export function unconfirmed(what: string, look: Look, details: Record<string, unknown> = {}): OrchError {
  return new OrchError('submit-unconfirmed', `Not confirmed: ${what}.`, {
    hint: 'Look at it with `iterm-orch read` before anything is typed again.',
    details: { ...details, state: look.reading.state, screen: screenOf(look) },
  })
}

export function promptChanged(wanted: string | undefined, seen: Prompt, pressed: boolean): OrchError {
  const done = pressed ? 'No further key was pressed' : 'Nothing was typed'
  return new OrchError(
    'prompt-changed',
    `Another prompt is on the screen now: ${seen.question || seen.kind}. ${done}.`,
    {
      hint: 'Read it, and answer it with its own fingerprint.',
      details: { pressed, prompt: told(seen), ...(wanted !== undefined && { fingerprint: wanted }) },
    },
  )
}

/** A prompt for programs: without what only the reading needs. */
export function told({ kind, question, subject, options, fingerprint }: Prompt): Record<string, unknown> {
  return {
    kind,
    question,
    subject: redact(subject),
    fingerprint,
    options: options.map(({ number, label, meaning, selected }) => ({ number, label, meaning, selected })),
  }
}

export function screenOf({ picture }: Look): string[] {
  const lines = redactLines(
    picture.lines.map(({ trimmed }) => trimmed),
    picture.columns,
  ).filter((line) => line !== '')
  return lines.slice(-shownRows)
}
