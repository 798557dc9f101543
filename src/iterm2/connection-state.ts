import { errorMessage } from '../lib/errors.ts'
import { Iterm2Error, type Iterm2ErrorCode } from './errors.ts'

/** Where a connection stands. `disconnected`: all is in place, but there is no connection now. */
export type ConnectionState =
  | 'unsupported-platform'
  | 'not-installed'
  | 'not-running'
  | 'api-disabled'
  | 'auth-failed'
  | 'connect-failed'
  | 'disconnected'
  | 'connected'

export interface ConnectionReport {
  state: ConnectionState
  /** What was found, as a sentence. */
  reason: string
  /** What the user should do next, as a sentence; empty when there is nothing to do. */
  fix: string
}

/** Explains a state; `reason` and `fix` replace the general sentences where more is known. */
export function describeState(state: ConnectionState, reason?: string, fix?: string): ConnectionReport {
  const [generalReason, generalFix] = sentences[state]
  return { state, reason: reason ?? generalReason, fix: fix ?? generalFix }
}

/** The state that an error from connecting means, with its own words. */
export function reportOf(error: unknown): ConnectionReport {
  if (!(error instanceof Iterm2Error)) {
    return describeState('connect-failed', errorMessage(error))
  }
  return describeState(stateOfCode(error.code), error.message, error.hint)
}

/** The error that stands for a state other than `connected`; {@link reportOf} leads back to it. */
export function errorOf({ state, reason, fix }: ConnectionReport, cause?: unknown): Iterm2Error {
  const details = { hint: fix, ...(cause === undefined ? {} : { cause }) }
  if (state === 'auth-failed') return new Iterm2Error('unauthorized', reason, details)
  return new Iterm2Error(state === 'connected' ? 'connect-failed' : state, reason, details)
}

function stateOfCode(code: Iterm2ErrorCode): ConnectionState {
  switch (code) {
    case 'unsupported-platform':
    case 'not-installed':
    case 'not-running':
    case 'api-disabled':
    case 'disconnected':
      return code
    case 'unauthorized':
    case 'automation-denied':
    case 'cookie-denied':
    case 'applescript-failed':
      return 'auth-failed'
    default:
      return 'connect-failed'
  }
}

const sentences: Record<ConnectionState, readonly [reason: string, fix: string]> = {
  'unsupported-platform': [
    'iTerm2 exists only for macOS.',
    'Use the embedded terminal host (iterm-orch host), or run this on the Mac.',
  ],
  'not-installed': ['iTerm2 was not found.', 'Install iTerm2 from https://iterm2.com and start it once.'],
  'not-running': ['iTerm2 is not running.', 'Start iTerm2.'],
  'api-disabled': [
    'iTerm2 runs, but its Python API is off.',
    'Turn on Settings > General > Magic > Enable Python API in iTerm2.',
  ],
  'auth-failed': [
    'iTerm2 did not let this program in.',
    'Allow this terminal to control iTerm2 in System Settings > Privacy & Security > Automation, then try again.',
  ],
  'connect-failed': [
    'The connection to the API socket could not be made.',
    'Restart iTerm2; if it stays, look at Scripts > Manage > Console in iTerm2.',
  ],
  disconnected: [
    'There is no connection to the terminal now.',
    'Connect, or wait: a lost connection is made again.',
  ],
  connected: ['Connected to the terminal.', ''],
}
