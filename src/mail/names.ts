/** Names of mailboxes, tasks and readers: what is allowed, and what the short forms mean. */
import { OrchError } from '../lib/errors.ts'

/** Mailbox of the coordinator that everything is brought to in the end. */
export const desktopMailbox = 'claude'

/** Mailbox of whoever works without a name of their own. */
export const plainCliMailbox = 'claude_cli'

/** Longest names, in bytes: a file system takes 255, and suffixes have to fit behind them. */
const longestMailbox = 100
const longestTask = 200

const mailboxForm = /^claude(?:_cli(?:_[A-Za-z0-9][A-Za-z0-9_-]*)?)?$/
const orchestratorForm = /^claude_cli_orch_[A-Za-z0-9_-]+$/

/** Whether a directory below the comms root can be a mailbox. */
export function isMailboxName(name: string): boolean {
  return mailboxForm.test(name) && name.length <= longestMailbox
}

export function isOrchestrator(mailbox: string): boolean {
  return orchestratorForm.test(mailbox)
}

/**
 * The mailbox that a name means: `desktop` is `claude`, `cli` and `cli_…` stand for `claude_cli` and
 * `claude_cli_…`, `orch_…` for `claude_cli_orch_…`. The alias `orch` alone depends on who asks
 * ({@link resolveRecipient}).
 *
 * @throws {OrchError} `bad-name`
 */
export function parseMailboxName(text: string): string {
  const name = withoutAlias(text)
  if (isMailboxName(name)) return name
  throw new OrchError('bad-name', `${shown(text)} is not the name of a mailbox.`, {
    hint:
      'Mailboxes are called claude (or desktop), claude_cli, claude_cli_<name>_<pid> or claude_cli_orch_<pid>, ' +
      `with letters, digits, _ and -, in at most ${longestMailbox} characters.`,
  })
}

/** The mailbox of the sender of a message, which other programs write as they like; undefined when it has none. */
export function mailboxOfSender(from: string): string | undefined {
  const name = withoutAlias(from)
  return isMailboxName(name) ? name : undefined
}

/** The name without `claude_cli_`, for threads and file names: `orch_4711`, `cli`, `desktop`. */
export function shortName(mailbox: string): string {
  if (mailbox === desktopMailbox) return 'desktop'
  if (mailbox === plainCliMailbox) return 'cli'
  return mailbox.replace(/^claude_cli_/, '')
}

/**
 * A task's name that can be a directory's name, as it is.
 *
 * @throws {OrchError} `bad-name`
 */
export function parseTaskName(text: string): string {
  if (isTaskName(text)) return text
  throw new OrchError('bad-name', `${shown(text)} is not the name of a task.`, {
    hint:
      'It is used as the name of a directory: no slash, no "..", no line break or other control character, no ' +
      `dot, dash or space at its beginning, at most ${longestTask} bytes.`,
  })
}

/** Whether a task can be called so. */
export function isTaskName(name: string): boolean {
  const fits = /^[^\p{C}\p{Zl}\p{Zp}/\\. -][^\p{C}\p{Zl}\p{Zp}/\\]*$/u.test(name) && !/\.\.|\s$/.test(name)
  return fits && Buffer.byteLength(name) <= longestTask
}

/** Any text as a part of a file name: letters, digits, `.`, `_` and `-`, cut to `longest` bytes. */
export function fileNamePart(text: string, longest = longestTask): string {
  const name = text
    .normalize('NFC')
    .replace(/[^\p{L}\p{M}\p{N}._-]+/gu, '-')
    .replace(/\.{2,}/g, '.')
    .replace(/^[.\p{M}-]+/gu, '')
  return cutToBytes(name, longest).replace(/[.-]+$/g, '')
}

function cutToBytes(text: string, longest: number): string {
  let bytes = 0
  let result = ''
  for (const character of text) {
    bytes += Buffer.byteLength(character)
    if (bytes > longest) break
    result += character
  }
  return result
}

function withoutAlias(text: string): string {
  if (text === 'desktop') return desktopMailbox
  if (text === 'cli') return plainCliMailbox
  if (text.startsWith('cli_')) return `claude_${text}`
  if (text.startsWith('orch_')) return `claude_cli_${text}`
  return text
}

/** The name in quotes, without control characters, cut to what a line can show. */
function shown(text: string): string {
  const cut = text.length > 60 ? `${text.slice(0, 60)}… (${text.length} characters)` : text
  return JSON.stringify(cut)
}
