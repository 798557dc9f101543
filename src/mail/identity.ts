/** Who runs a command, and whom the aliases mean for them. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { OrchError, systemErrorCode } from '../lib/errors.ts'
import type { Home } from '../lib/home.ts'
import { type Comms, insidePath } from './comms.ts'
import { reading } from './mail-error.ts'
import { existingMailbox, listMailboxes, mailboxAt } from './mailbox.ts'
import {
  desktopMailbox,
  fileNamePart,
  isOrchestrator,
  mailboxOfSender,
  parseMailboxName,
  shortName,
} from './names.ts'

/**
 * The caller's own mailbox: `--as`, else `ITERM_ORCH_MAILBOX`, else the one of the session that the caller
 * runs in (`ITERM_ORCH_SESSION` and its record).
 *
 * @throws {OrchError} `bad-name`, or `mailbox-unknown` when nothing says who it is
 */
export function ownMailbox(as: string | undefined, home: Home, env: NodeJS.ProcessEnv = process.env): string {
  const named = as ?? (env['ITERM_ORCH_MAILBOX'] || undefined)
  if (named !== undefined) return parseMailboxName(named)
  const session = env['ITERM_ORCH_SESSION']
  if (session) {
    const mailbox = mailboxOfRecord(home, session)
    if (mailbox !== undefined) return mailbox
  }
  throw new OrchError('mailbox-unknown', 'It is not known whose mailbox this is.', {
    hint: 'Say it with --as claude_cli_<name>_<pid>, or set ITERM_ORCH_MAILBOX.',
  })
}

/** The mailbox of a launched session: `claude_cli_<name>_<beginning of its id>`. */
export function mailboxOfSession(name: string, id: string): string {
  const readable = fileNamePart(name, 40)
    .replace(/[^A-Za-z0-9_-]+/g, '_')
    .replace(/^[_-]+|[_-]+$/g, '')
  return parseMailboxName(`claude_cli_${readable || 'session'}_${id.slice(0, 8)}`)
}

/** The mailbox that a name given by `own` means; `orch` is the orchestrator that `own` works for. */
export function resolveRecipient(comms: Comms, own: string, name: string): string {
  return name === 'orch' ? orchestratorOf(comms, own) : parseMailboxName(name)
}

/** Where questions and reports of `own` go when nothing else is said: its orchestrator, else the coordinator. */
export function defaultRecipient(comms: Comms, own: string): string {
  try {
    return orchestratorsWith(comms, own)[0] ?? desktopMailbox
  } catch (error) {
    // One registry that cannot be read may be that of the caller's own orchestrator.
    if (!(error instanceof OrchError)) throw error
    throw new OrchError(error.code, `It is not known who leads ${own}. ${error.message}`, {
      hint: `Name the recipient with --to. ${error.hint ?? ''}`.trimEnd(),
      ...(error.details && { details: { ...error.details } }),
      cause: error,
    })
  }
}

/** Name of the thread for messages that belong to no task: that of the one who is not the coordinator. */
export function defaultThread(own: string, other: string, env: NodeJS.ProcessEnv = process.env): string {
  return env['ITERM_ORCH_TASK'] || shortName(own === desktopMailbox ? other : own)
}

/** Whether two names, as senders write them, mean the same participant. */
export function sameParticipant(left: string, right: string): boolean {
  return left === right || (mailboxOfSender(left) ?? left) === (mailboxOfSender(right) ?? right)
}

function orchestratorOf(comms: Comms, own: string): string {
  const all = listMailboxes(comms).filter((name) => isOrchestrator(name) && name !== own)
  const mine = orchestratorsWith(comms, own)
  const candidates = mine.length > 0 ? mine : all
  const [only] = candidates
  if (only !== undefined && candidates.length === 1) return existingMailbox(comms, only).name
  const problem =
    only === undefined
      ? 'There is no orchestrator.'
      : `There are several orchestrators: ${candidates.join(', ')}.`
  throw new OrchError('mailbox-not-found', problem, {
    hint: 'Name the mailbox itself, claude_cli_orch_<pid>.',
    details: { candidates },
  })
}

/** The orchestrators that have `own` in their registry. */
function orchestratorsWith(comms: Comms, own: string): string[] {
  return listMailboxes(comms).filter(
    (name) => name !== own && isOrchestrator(name) && subordinatesOf(comms, name).includes(own),
  )
}

function subordinatesOf(comms: Comms, orchestrator: string): string[] {
  const path = join(mailboxAt(comms, orchestrator).registry, 'subordinates.json')
  const registry = readJson(insidePath(comms, path))
  const entries = isObject(registry) ? registry['subordinates'] : undefined
  if (!Array.isArray(entries)) return []
  return entries.flatMap((entry: unknown) => {
    const id = isObject(entry) ? entry['id'] : undefined
    return typeof id === 'string' ? (mailboxOfSender(id) ?? []) : []
  })
}

function mailboxOfRecord(home: Home, session: string): string | undefined {
  if (!/^[0-9A-F-]{36}$/i.test(session)) return undefined
  const record = readJson(join(home.sessions, `${session.toUpperCase()}.json`))
  if (!isObject(record)) return undefined
  const { mailbox, name } = record
  if (typeof mailbox === 'string') return parseMailboxName(mailbox)
  return typeof name === 'string' ? mailboxOfSession(name, session) : undefined
}

function readJson(path: string): unknown {
  return reading(path, () => {
    try {
      return JSON.parse(readFileSync(path, 'utf8'))
    } catch (error) {
      if (systemErrorCode(error) === 'ENOENT') return undefined
      throw error
    }
  })
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
