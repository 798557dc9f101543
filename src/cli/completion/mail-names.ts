/** Names of mailboxes and of the threads in them, for completion. */
import type { Home } from '../../lib/home.ts'
import { openComms } from '../../mail/comms.ts'
import { listMailboxes, mailboxAt } from '../../mail/mailbox.ts'
import { shortName } from '../../mail/names.ts'
import { openThreads } from '../../mail/threads.ts'
import type { Candidate } from './what-fits.ts'

export async function mailboxCandidates(home: Home): Promise<Candidate[]> {
  const names = await quietly(async () => listMailboxes(await openComms(home)))
  const aliases = [
    { value: 'desktop', description: 'the coordinator, claude' },
    { value: 'orch', description: 'your orchestrator' },
  ]
  return [...names.map((value) => ({ value, description: shortName(value) })), ...aliases]
}

/** The tasks of all mailboxes: whose command it is, is known only when it runs. */
export async function threadCandidates(home: Home): Promise<Candidate[]> {
  const places = await quietly(async () => {
    const comms = await openComms(home)
    return listMailboxes(comms).flatMap((name) => openThreads(comms, mailboxAt(comms, name)))
  })
  return [...new Set(places.map(({ task }) => task))].map((value) => ({ value, description: 'thread' }))
}

/** A mailbox that cannot be read is no reason to disturb somebody who types: commands will tell. */
async function quietly<T>(read: () => Promise<T[]>): Promise<T[]> {
  try {
    return await read()
  } catch {
    return []
  }
}
