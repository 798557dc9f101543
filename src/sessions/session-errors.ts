/** Why a session cannot be typed into or looked at. */
import { OrchError } from '../lib/errors.ts'

export function notRunning(name: string, reason: string): OrchError {
  return new OrchError('session-gone', `The program of "${name}" is not running: ${reason}.`, {
    hint: 'Start it again with `iterm-orch restart-session`.',
  })
}

export function notReachable(name: string, reason: string): OrchError {
  return new OrchError('terminal-unavailable', `The terminal of "${name}" cannot be reached: ${reason}.`, {
    hint: 'Run `iterm-orch doctor`.',
  })
}

export function neverOpened(name: string): OrchError {
  return new OrchError('session-gone', `The session "${name}" was never opened.`, {
    hint: 'Launch it again.',
  })
}
