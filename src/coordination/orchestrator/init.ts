/** The document's initialization protocol: mailbox, link, registry, channels both ways, the way to Desktop. */
import { lstatSync, mkdirSync, readlinkSync, rmSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { OrchError } from '../../lib/errors.ts'
import type { ProcessIdentity } from '../../lib/process-identity.ts'
import { type Comms, makeDirectoryInside } from '../../mail/comms.ts'
import { writing } from '../../mail/mail-error.ts'
import { createMailbox, type Mailbox } from '../../mail/mailbox.ts'
import { desktopMailbox } from '../../mail/names.ts'
import { changeRegistry, mailboxOf, type Registry, type Subordinate, subordinateId } from './registry.ts'

export interface NewSubordinate {
  name: string
  role: string
  process?: ProcessIdentity | undefined
}

export interface Orchestrator {
  mailbox: Mailbox
  /** `~/.claude/coordination_orch_<pid>` */
  link: string
  registry: Registry
}

/**
 * Makes a process an orchestrator. Done again, it adds what is missing and changes nothing else.
 *
 * @param home home directory of the user
 */
export async function initOrchestrator(
  comms: Comms,
  process: ProcessIdentity,
  subordinates: readonly NewSubordinate[],
  home: string,
): Promise<Orchestrator> {
  const mailbox = createMailbox(comms, `claude_cli_orch_${process.pid}`)
  const link = join(home, '.claude', `coordination_orch_${process.pid}`)
  linkTo(link, mailbox.path)
  const registry = await changeRegistry(comms, mailbox, (before) => ({
    ...(before ?? { orchestrator: `cli_orch_${process.pid}`, created: new Date().toISOString(), process }),
    orchestrator: `cli_orch_${process.pid}`,
    subordinates: added(before?.subordinates ?? [], subordinates, process.pid),
    created: before?.created ?? new Date().toISOString(),
  }))
  for (const subordinate of registry.subordinates) createMailbox(comms, mailboxOf(subordinate))
  const desktop = createMailbox(comms, desktopMailbox)
  makeDirectoryInside(comms, join(desktop.active, `orch_${process.pid}`))
  return { mailbox, link, registry }
}

/** Registers more subordinates, and makes their mailboxes. */
export async function addSubordinates(
  comms: Comms,
  mailbox: Mailbox,
  pid: number,
  subordinates: readonly NewSubordinate[],
): Promise<Registry> {
  const registry = await changeRegistry(comms, mailbox, (before) => ({
    ...orNone(before, mailbox),
    subordinates: added(orNone(before, mailbox).subordinates, subordinates, pid),
  }))
  for (const subordinate of registry.subordinates) createMailbox(comms, mailboxOf(subordinate))
  return registry
}

/** Takes a subordinate out of the registry; its mailbox stays. */
export function removeSubordinate(comms: Comms, mailbox: Mailbox, id: string): Promise<Registry> {
  return changeRegistry(comms, mailbox, (before) => {
    const registry = orNone(before, mailbox)
    return { ...registry, subordinates: registry.subordinates.filter((entry) => entry.id !== id) }
  })
}

function orNone(registry: Registry | undefined, mailbox: Mailbox): Registry {
  if (registry) return registry
  throw new OrchError('not-orchestrator', `${mailbox.name} is no orchestrator.`, {
    hint: 'Become one with `iterm-orch orch init`.',
  })
}

function added(before: readonly Subordinate[], more: readonly NewSubordinate[], pid: number): Subordinate[] {
  const all = new Map(before.map((entry) => [entry.id, entry]))
  for (const { name, role, process } of more) {
    const id = subordinateId(name, pid)
    const known = all.get(id)
    all.set(id, { status: 'idle', ...known, id, role, ...(process && { process }) })
  }
  return [...all.values()]
}

function linkTo(link: string, target: string): void {
  writing(link, () => {
    mkdirSync(dirname(link), { recursive: true, mode: 0o700 })
    const there = lstatSync(link, { throwIfNoEntry: false })
    if (there && !there.isSymbolicLink()) {
      throw new OrchError('mail-unwritable', `${link} exists and is no link.`, { hint: 'Move it away.' })
    }
    if (there && readlinkSync(link) === target) return
    // That of an earlier process with this pid; done again, this makes up for a death in between.
    if (there) rmSync(link)
    symlinkSync(target, link)
  })
}
