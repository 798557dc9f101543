/** The subordinates of an orchestrator: `registry/subordinates.json`. */
import { join } from 'node:path'
import { z } from 'zod'
import { writeFileAtomic } from '../../lib/atomic-file.ts'
import { OrchError } from '../../lib/errors.ts'
import { ProcessIdentity } from '../../lib/process-identity-record.ts'
import { type Comms, insidePath } from '../../mail/comms.ts'
import { writing } from '../../mail/mail-error.ts'
import type { Mailbox } from '../../mail/mailbox.ts'
import { parseMailboxName, shortName } from '../../mail/names.ts'
import { readMailJson } from '../../mail/read-mail-json.ts'
import { withRegistry } from '../registry-lock.ts'

/** `blocked`: it has asked something and waits for the answer; `gone`: its process has ended. */
export const SubordinateStatus = z.enum(['idle', 'busy', 'blocked', 'gone'])
export type SubordinateStatus = z.infer<typeof SubordinateStatus>

export const Subordinate = z.looseObject({
  /** Its mailbox without `claude_`: `cli_a_4711`. */
  id: z.string(),
  role: z.string(),
  status: SubordinateStatus.catch('idle'),
  /** Its process, when it is known. */
  process: ProcessIdentity.optional(),
})
export type Subordinate = z.infer<typeof Subordinate>

export const Registry = z.looseObject({
  orchestrator: z.string(),
  subordinates: z.array(Subordinate),
  created: z.string(),
})
export type Registry = z.infer<typeof Registry>

/** @throws {OrchError} `not-orchestrator` when there is none; `mail-unreadable` */
export function readRegistry(comms: Comms, mailbox: Mailbox): Registry {
  const registry = tryReadRegistry(comms, mailbox)
  if (registry) return registry
  throw new OrchError('not-orchestrator', `${mailbox.name} is no orchestrator.`, {
    hint: 'Become one with `iterm-orch orch init`.',
  })
}

/** Undefined when there is none. @throws {OrchError} `mail-unreadable` */
export function tryReadRegistry(comms: Comms, mailbox: Mailbox): Registry | undefined {
  return readMailJson(insidePath(comms, registryPath(mailbox)), Registry)
}

/** Changes the registry while nobody else does; `change` gets undefined when there is none yet. */
export async function changeRegistry(
  comms: Comms,
  mailbox: Mailbox,
  change: (registry: Registry | undefined) => Registry,
): Promise<Registry> {
  return withRegistry(comms, mailbox, () => {
    const before = tryReadRegistry(comms, mailbox)
    const text = `${JSON.stringify(change(before), null, 2)}\n`
    const path = registryPath(mailbox)
    if (text !== `${JSON.stringify(before, null, 2)}\n`) writing(path, () => writeFileAtomic(path, text))
    return readRegistry(comms, mailbox)
  })
}

/** The mailbox of a subordinate. */
export function mailboxOf({ id }: Subordinate): string {
  return parseMailboxName(id)
}

/** `NAME` is `cli_<NAME>_<pid>`, unless it is the name of a mailbox already. */
export function subordinateId(name: string, pid: number): string {
  const full = /^(?:claude_)?cli(?:_|$)/.test(name) ? name : `cli_${name}_${pid}`
  return `cli_${shortName(parseMailboxName(full))}`.replace(/^cli_cli$/, 'cli')
}

/** @throws {OrchError} `mailbox-not-found` with those that there are */
export function findSubordinate(registry: Registry, name: string): Subordinate {
  const pid = Number(/_(\d+)$/.exec(registry.orchestrator)?.[1] ?? 0)
  const id = subordinateId(name, pid)
  const byName = registry.subordinates.filter(
    (entry) => entry.id === id || entry.id.startsWith(`cli_${name}_`),
  )
  const [found] = byName
  if (found && byName.length === 1) return found
  const candidates = registry.subordinates.map((entry) => entry.id)
  throw new OrchError('mailbox-not-found', `There is no subordinate ${JSON.stringify(name)}.`, {
    hint:
      candidates.length === 0
        ? 'Add one with `iterm-orch orch add`.'
        : `There are: ${candidates.join(', ')}.`,
    details: { candidates },
  })
}

function registryPath(mailbox: Mailbox): string {
  return join(mailbox.registry, 'subordinates.json')
}
