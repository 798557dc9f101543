/** What the commands of the coordination share. None starts the service. */
import { Option } from 'commander'
import type { HeldClaim } from '../../coordination/find-claim.ts'
import type { Comms } from '../../mail/comms.ts'
import type { Mailbox } from '../../mail/mailbox.ts'
import type { CliContext } from '../context.ts'
import { wholeNumber } from '../parse-number.ts'

export interface Desk {
  comms: Comms
  mailbox: Mailbox
}

export interface OwnerOptions {
  mailbox?: string
  pid?: number
  force?: boolean
}

/** The mailbox that a command works in: the named one, the caller's own, or `claude_cli`. */
export async function openDesk(context: CliContext, named: string | undefined): Promise<Desk> {
  const [{ openComms }, { createMailbox, existingMailbox }, { resolveRecipient }] = await Promise.all([
    import('../../mail/comms.ts'),
    import('../../mail/mailbox.ts'),
    import('../../mail/identity.ts'),
  ])
  const comms = await openComms(context.home)
  const own = await ownName(context)
  const name = named === undefined ? own : resolveRecipient(comms, own, named)
  const mailbox = name === own ? createMailbox(comms, own) : existingMailbox(comms, name)
  return { comms, mailbox: createMailbox(comms, mailbox.name) }
}

/** The caller's mailbox; whoever has none works in `claude_cli`. */
export async function ownName(context: CliContext): Promise<string> {
  const [{ ownMailbox }, { plainCliMailbox }] = await Promise.all([
    import('../../mail/identity.ts'),
    import('../../mail/names.ts'),
  ])
  const { ITERM_ORCH_MAILBOX: named, ITERM_ORCH_SESSION: session } = process.env
  return named || session ? ownMailbox(undefined, context.home) : plainCliMailbox
}

/**
 * The claim that a command is about: that of the named task, of ITERM_ORCH_TASK, or the only one of the caller.
 *
 * @throws {OrchError} `task-not-found`, `not-owner`
 */
export async function ownClaim(
  { comms, mailbox }: Desk,
  task: string | undefined,
  { pid, force = false }: OwnerOptions,
): Promise<HeldClaim> {
  const [{ assertOwner, claimantProcess }, { findClaim, onlyClaimOf }] = await Promise.all([
    import('../../coordination/owner.ts'),
    import('../../coordination/find-claim.ts'),
  ])
  const caller = claimantProcess(pid)
  const claim =
    task === undefined ? (envClaim() ?? onlyClaimOf(comms, mailbox, caller)) : findClaim(comms, mailbox, task)
  assertOwner(claim, caller, force)
  return claim

  function envClaim(): HeldClaim | undefined {
    const { ITERM_ORCH_TASK: named } = process.env
    if (!named) return undefined
    try {
      return findClaim(comms, mailbox, named)
    } catch {
      return undefined
    }
  }
}

export function mailboxOption(): Option {
  return new Option(
    '-m, --mailbox <mailbox>',
    'where the task is (default: your own mailbox, else claude_cli)',
  )
}

export function pidOption(): Option {
  return new Option(
    '--pid <pid>',
    'process that does the work (default: the agent or script that calls)',
  ).argParser(wholeNumber(1, 2 ** 31 - 1))
}

export function forceOption(what: string): Option {
  return new Option('-f, --force', what)
}
