/** The ways by which text gets into a terminal, and what is known when one of them fails. */
import { OrchError } from '../../lib/errors.ts'
import type { Keyboard } from './keyboard.ts'

export type Way = 'api' | 'applescript'

/** How something is typed, apart from what. */
export interface TypingWay {
  /** Default: the API. */
  way?: Way | undefined
}

/** Codes that say that the terminal, and not the program in it, is the matter. */
const unreachable: ReadonlySet<string> = new Set(['terminal-unavailable', 'terminal-lost', 'timeout'])

/** The terminal could not be reached, and nothing was typed: another way may be tried. */
export function isUnreachable(error: unknown): error is OrchError {
  return error instanceof OrchError && unreachable.has(error.code) && error.details?.['typed'] !== true
}

/** The terminal was lost when a part was typed already: whether it was taken is not known. */
export function isInterrupted(error: unknown): error is OrchError {
  return error instanceof OrchError && error.details?.['interrupted'] === true
}

/** Another prompt is in front, or none. */
export function isPromptGone(error: unknown): error is OrchError {
  return error instanceof OrchError && (error.code === 'no-prompt' || error.code === 'prompt-changed')
}

/**
 * Types, and tells a terminal that was lost before the first byte from one that was lost after it.
 *
 * @throws what `type` throws; `submit-unconfirmed` when the terminal was lost in between
 */
export async function knowingWhatWasSent<T>(
  keyboard: Keyboard,
  type: (keyboard: Keyboard) => Promise<T>,
): Promise<T> {
  let sent = false
  const counted: Keyboard = {
    get profile() {
      return keyboard.profile
    },
    facts: () => keyboard.facts(),
    look: () => keyboard.look(),
    ended: () => keyboard.ended(),
    reportedWork: () => keyboard.reportedWork(),
    send: async (bytes) => {
      sent = true
      await keyboard.send(bytes)
    },
  }
  try {
    return await type(counted)
  } catch (error) {
    throw sent && isUnreachable(error) ? interrupted(error) : error
  }
}

/** Typing was cut off in the middle. */
export function interrupted(error?: OrchError): OrchError {
  const because = error ? ` ${error.message}` : ''
  return new OrchError(
    'submit-unconfirmed',
    `It was being typed when the terminal or the service was lost; whether it was taken is not known.${because}`,
    {
      hint: 'Look with `iterm-orch read` when the terminal is back.',
      details: { typed: true, interrupted: true },
      ...(error ? { cause: error } : {}),
    },
  )
}
