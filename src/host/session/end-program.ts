/** Ends the program of a session, and what it started. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { ProcessTable, SessionProcess } from './process-tree.ts'

/** How often a process group that outlived its leader is looked at. */
const lookMs = 50

/**
 * SIGHUP to the program's process group, as when a terminal window is closed; after `graceMs` SIGKILL to every
 * group on the terminal. Jobs that a shell put into groups of their own and that ignore SIGHUP (nohup)
 * live on when the shell goes in time. `gone` resolves when the program itself has ended.
 */
export async function endProgram(
  session: SessionProcess,
  table: ProcessTable,
  gone: Promise<void>,
  graceMs: number,
): Promise<void> {
  const deadline = performance.now() + graceMs
  signalGroup(session.pid, 'SIGHUP')
  // A stopped program takes the signal only when it goes on.
  signalGroup(session.pid, 'SIGCONT')
  const inTime = await Promise.race([gone.then(() => true), expired(graceMs)])
  if (!inTime) {
    for (const group of await table.groups(session)) signalGroup(group, 'SIGKILL')
    signalGroup(session.pid, 'SIGKILL')
    await gone
    return
  }
  // The table is asked too: a member that ended but was not waited for still counts for `kill`.
  while (signalGroup(session.pid, 0) && (await table.groups(session)).includes(session.pid)) {
    if (performance.now() >= deadline) {
      signalGroup(session.pid, 'SIGKILL')
      return
    }
    await sleep(lookMs)
  }
}

async function expired(ms: number): Promise<false> {
  await sleep(ms, undefined, { ref: false })
  return false
}

/** False when the group has no members that may be signalled. */
function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  // 0 and 1 would mean our own group, and everything.
  if (group <= 1) return false
  try {
    process.kill(-group, signal)
    return true
  } catch {
    return false
  }
}
