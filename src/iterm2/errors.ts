/** Every way in which talking to iTerm2 can fail. */
export type Iterm2ErrorCode =
  // The terminal cannot be reached; these are also names of connection states.
  | 'unsupported-platform'
  | 'not-installed'
  | 'not-running'
  | 'api-disabled'
  | 'connect-failed'
  | 'disconnected'
  // The handshake was refused: HTTP 400, 401 and 406.
  | 'bad-handshake'
  | 'unauthorized'
  | 'client-too-old'
  // No cookie could be had.
  | 'automation-denied'
  | 'cookie-denied'
  | 'terminal-too-old'
  | 'applescript-failed'
  // One request failed.
  | 'timeout'
  | 'aborted'
  | 'rejected'
  | 'empty-reply'
  | 'malformed-reply'
  | 'invalid-argument'
  // Refused on this side: the terminal is too old, or stands still until the transaction ends.
  | 'unsupported'
  | 'in-transaction'
  // Something went wrong on the side; told through the `error` event only.
  | 'undecodable'
  | 'handler-failed'

export interface Iterm2ErrorOptions {
  /** What the user should do next, as a sentence. */
  hint?: string
  /** The name of the status in a reply that said no, or the number of an AppleScript error. */
  status?: string
  cause?: unknown
}

/** The one error type of this library. `code` is stable and meant for programs. */
export class Iterm2Error extends Error {
  override name = 'Iterm2Error'
  readonly code: Iterm2ErrorCode
  readonly hint: string | undefined
  readonly status: string | undefined

  constructor(code: Iterm2ErrorCode, message: string, options: Iterm2ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.hint = options.hint
    this.status = options.status
  }
}
