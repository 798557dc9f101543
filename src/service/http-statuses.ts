/** The HTTP status that each error is answered with; documented in docs/service-api.md. */
import type { ErrorCode } from '../lib/errors.ts'

export const httpStatuses = {
  // What was asked for is wrong, or the configuration is.
  usage: 400,
  'invalid-config': 400,
  'option-unknown': 400,
  'bad-name': 400,
  'mailbox-unknown': 400,
  'invalid-task': 400,
  // Whoever asks may not.
  'not-allowed': 403,
  'not-owner': 403,
  'outside-mailboxes': 403,
  // There is no such thing.
  'session-not-found': 404,
  'session-gone': 404,
  'escalation-not-found': 404,
  'agent-unknown': 404,
  'account-unknown': 404,
  'program-not-found': 404,
  'task-not-found': 404,
  'project-not-found': 404,
  'mailbox-not-found': 404,
  'message-not-found': 404,
  'not-orchestrator': 404,
  'nothing-to-claim': 404,
  // It does not go with how things stand now.
  'session-ambiguous': 409,
  'already-answered': 409,
  'prompt-changed': 409,
  'no-prompt': 409,
  'draft-in-box': 409,
  'not-accepting-input': 409,
  'wrong-program': 409,
  busy: 409,
  'already-running': 409,
  'task-exists': 409,
  'project-exists': 409,
  'open-children': 409,
  // The account is at its limit.
  'account-limited': 429,
  // It was tried, and failed.
  failed: 500,
  'launch-failed': 500,
  'not-confirmed': 500,
  'submit-unconfirmed': 500,
  'mail-unreadable': 500,
  'mail-unwritable': 500,
  'socket-path-too-long': 500,
  'newer-home': 500,
  'unsupported-by-terminal': 501,
  'terminal-unavailable': 503,
  'terminal-lost': 503,
  'service-unavailable': 503,
  timeout: 504,
  'no-answer': 504,
} as const satisfies Record<ErrorCode, number>
