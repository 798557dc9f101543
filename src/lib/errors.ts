/** Exit codes of the `iterm-orch` command; documented in docs/commands.md. */
export const ExitCode = {
  done: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  terminalUnavailable: 4,
  notConfirmed: 5,
  noAnswer: 6,
  refused: 7,
  limited: 8,
} as const
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode]

/** Every error code of the project, with the exit code that a command ends with. */
const exitCodes = {
  failed: ExitCode.failed,
  usage: ExitCode.usage,
  'invalid-config': ExitCode.usage,
  'session-not-found': ExitCode.notFound,
  'session-ambiguous': ExitCode.notFound,
  'session-gone': ExitCode.notFound,
  'escalation-not-found': ExitCode.notFound,
  'agent-unknown': ExitCode.notFound,
  'program-not-found': ExitCode.notFound,
  'task-not-found': ExitCode.notFound,
  'project-not-found': ExitCode.notFound,
  'project-exists': ExitCode.failed,
  'launch-failed': ExitCode.failed,
  'terminal-unavailable': ExitCode.terminalUnavailable,
  'terminal-lost': ExitCode.terminalUnavailable,
  'unsupported-by-terminal': ExitCode.failed,
  'not-confirmed': ExitCode.notConfirmed,
  'submit-unconfirmed': ExitCode.notConfirmed,
  'draft-in-box': ExitCode.failed,
  'prompt-changed': ExitCode.failed,
  'not-accepting-input': ExitCode.failed,
  'wrong-program': ExitCode.failed,
  busy: ExitCode.failed,
  'no-prompt': ExitCode.failed,
  'option-unknown': ExitCode.usage,
  'service-unavailable': ExitCode.failed,
  'socket-path-too-long': ExitCode.failed,
  'newer-home': ExitCode.failed,
  'already-running': ExitCode.failed,
  timeout: ExitCode.failed,
  'bad-name': ExitCode.usage,
  'mailbox-unknown': ExitCode.usage,
  'mailbox-not-found': ExitCode.notFound,
  'message-not-found': ExitCode.notFound,
  'outside-mailboxes': ExitCode.failed,
  'mail-unreadable': ExitCode.failed,
  'mail-unwritable': ExitCode.failed,
  'already-answered': ExitCode.failed,
  'not-allowed': ExitCode.refused,
  'account-limited': ExitCode.limited,
  'account-unknown': ExitCode.notFound,
  'no-answer': ExitCode.noAnswer,
  'invalid-task': ExitCode.usage,
  'task-exists': ExitCode.failed,
  'not-owner': ExitCode.failed,
  'open-children': ExitCode.failed,
  'nothing-to-claim': ExitCode.noAnswer,
  'not-orchestrator': ExitCode.notFound,
} as const satisfies Record<string, ExitCode>

export type ErrorCode = keyof typeof exitCodes

/** An error made for people: what happened, why, and what to do next. */
export class OrchError extends Error {
  override name = 'OrchError'
  readonly code: ErrorCode
  /** What the user should do next, as a sentence. */
  readonly hint: string | undefined
  /** Facts for programs, such as the candidates of an ambiguous name. */
  readonly details: Readonly<Record<string, unknown>> | undefined

  constructor(
    code: ErrorCode,
    message: string,
    options: { hint?: string; details?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.hint = options.hint
    this.details = options.details
  }

  get exitCode(): ExitCode {
    return exitCodes[this.code]
  }
}

/** True for a code that this version knows; used when errors come over the wire. */
export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(exitCodes, value)
}

/** The `code` of a Node system error (`ENOENT`, `EACCES`, …), or undefined. */
export function systemErrorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}

/** The message of whatever was thrown. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
