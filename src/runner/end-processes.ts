/** Ends what is left of a run, or of a step. */
import { setTimeout as delay } from 'node:timers/promises'
import { findProcesses, type RunProcesses, signalProcesses } from './processes-of-run.ts'

/** Between two looks at the process table. */
const lookMs = 50
/** A process that the kernel does not let go (a hanging network disk) is waited for so long. */
const killMs = 5_000

/**
 * SIGKILL to all of them, and again to those that were forked meanwhile, until none is left.
 *
 * @returns pids that are there all the same, such as those of other users
 */
export async function killProcesses(wanted: RunProcesses): Promise<number[]> {
  for (const deadline = performance.now() + killMs; ; await delay(lookMs)) {
    const found = findProcesses(wanted)
    if (found.length === 0) return []
    if (performance.now() > deadline) return found.map(({ pid }) => pid)
    signalProcesses(found, 'SIGKILL')
  }
}

/** Waits until none is left, at most so long. True when none is. */
export async function waitForProcesses(wanted: RunProcesses, atMostMs: number): Promise<boolean> {
  for (const deadline = performance.now() + atMostMs; ; await delay(lookMs)) {
    if (findProcesses(wanted).length === 0) return true
    if (performance.now() > deadline) return false
  }
}
