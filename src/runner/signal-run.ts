import { setTimeout as delay } from 'node:timers/promises'
import { OrchError } from '../lib/errors.ts'
import { announceEnding, type Ending, forgetEnding } from './announced-ending.ts'
import { endUnbegun } from './end-without-process.ts'
import { findProcesses, isStopped, signalProcesses, signalQuietly } from './processes-of-run.ts'
import type { Run } from './run.ts'
import { readRun } from './run-files.ts'
import { runLife } from './run-life.ts'
import type { RunPlaces } from './run-paths.ts'
import { isOver } from './run-state.ts'
import { settleRun } from './settle-run.ts'

/** `stop`: the task's stop signal, its grace time, then SIGKILL. `kill`: SIGKILL at once. */
export type RunSignal = 'stop' | 'kill' | 'pause' | 'resume'

export interface Signalled {
  run: Run
  /** False: it was so already. */
  changed: boolean
}

const lookMs = 25
/** The process pauses within milliseconds; one that does not listen is stopped from outside. */
const pauseMs = 3_000
/** A process that has its run says so within milliseconds, or when another run of the task has ended. */
const beginMs = 10_000
/** What the process needs beside the grace time: to end children and to write. */
const stopMarginMs = 10_000

/**
 * Stops, pauses or resumes a run, with the service or without. The pid file is checked against the process right
 * before each signal: a process that only got the number is never touched.
 *
 * @throws {OrchError} `task-not-found`; `failed` when it lives but cannot be signalled
 */
export async function signalRun(
  places: RunPlaces,
  run: { task: string; id: string },
  signal: RunSignal,
): Promise<Signalled> {
  const found = required(places, run)
  if (isOver(found)) return { run: found, changed: false }
  const ends = signal === 'stop' || signal === 'kill'
  const before = ends ? await beginsOrEnds(places, found) : found
  if (isOver(before)) return { run: before, changed: true }
  const pid = livingProcess(places, run)
  if (pid === undefined) {
    const settled = await settleRun(places, run)
    return { run: settled?.run ?? required(places, run), changed: false }
  }
  if (signal === 'pause') return pause(places, before, pid)
  if (signal === 'resume') return resume(places, before, pid)
  if (signal === 'stop' && (await stop(places, before, pid))) {
    return { run: required(places, run), changed: true }
  }
  return kill(places, before, signal)
}

/** One whose process was started, and has not begun it yet, is ended before that, or heard of in a moment. */
async function beginsOrEnds(places: RunPlaces, found: Run): Promise<Run> {
  let run = found
  for (const deadline = performance.now() + beginMs; run.state === 'queued'; run = required(places, found)) {
    const ended = endUnbegun(places, run, 'stopped', 'it was stopped before it began')
    if (ended) return ended
    if (performance.now() > deadline) break
    await delay(lookMs)
  }
  return run
}

/** Whether it ended by itself, in time. */
async function stop(places: RunPlaces, run: Run, pid: number): Promise<boolean> {
  signalQuietly(pid, 'SIGTERM')
  // A paused one has to go on to be able to end.
  signalQuietly(-pid, 'SIGCONT')
  const patience = run.definition.stop.graceMs + stopMarginMs
  return within(patience, () => runLife(places, run).life === 'gone' && isOver(required(places, run)))
}

async function kill(places: RunPlaces, run: Run, signal: RunSignal): Promise<Signalled> {
  const ending: Ending = {
    state: 'stopped',
    reason:
      signal === 'kill'
        ? 'it was killed, as asked'
        : 'it was asked to stop, did not end in time, and was killed',
  }
  const pid = livingProcess(places, run)
  if (pid !== undefined) {
    // The service may notice its end first, or be there alone when it has come.
    announceEnding(places, run, ending)
    // Its group first, as one: nothing in it may fork away meanwhile. The rest is found by its mark.
    signalQuietly(-pid, 'SIGKILL')
    signalQuietly(pid, 'SIGKILL')
  }
  for (const deadline = performance.now() + stopMarginMs; ; await delay(lookMs)) {
    const settled = runLife(places, run).life === 'gone' && (await settleRun(places, run, ending))
    if (settled) {
      forgetEnding(places, run)
      return { run: settled.run, changed: settled.run.state === ending.state }
    }
    if (performance.now() > deadline)
      throw new OrchError('failed', `The run ${run.id} of ${run.task} does not end.`)
  }
}

async function pause(places: RunPlaces, run: Run, pid: number): Promise<Signalled> {
  if (isStopped(pid)) return { run, changed: false }
  // It writes down that it is paused, and stops itself with all the others.
  signalQuietly(pid, 'SIGTSTP')
  const stopped = await within(pauseMs, () => isStopped(pid) !== false)
  if (!stopped && livingProcess(places, run) === pid) {
    signalQuietly(-pid, 'SIGSTOP')
    signalProcesses(findProcesses({ run: run.id, root: pid }), 'SIGSTOP')
  }
  return { run: required(places, run), changed: true }
}

async function resume(places: RunPlaces, run: Run, pid: number): Promise<Signalled> {
  if (isStopped(pid) === false && run.state !== 'paused') return { run, changed: false }
  signalProcesses(findProcesses({ run: run.id, root: pid }), 'SIGCONT')
  signalQuietly(-pid, 'SIGCONT')
  await within(pauseMs, () => required(places, run).state !== 'paused')
  return { run: required(places, run), changed: true }
}

/** Undefined when it is gone. */
function livingProcess(places: RunPlaces, run: { task: string; id: string }): number | undefined {
  const found = runLife(places, run)
  if (found.life === 'alive') return found.pid
  if (found.life === 'gone') return undefined
  throw new OrchError('failed', `The run ${run.id} of ${run.task} cannot be signalled: ${found.why}.`, {
    hint: 'Nothing was touched. See `ps` for its processes.',
  })
}

function required(places: RunPlaces, run: { task: string; id: string }): Run {
  const found = readRun(places, run)
  if (found) return found
  throw new OrchError('task-not-found', `There is no run ${run.id} of ${run.task}.`, {
    hint: 'See `iterm-orch history` for its runs.',
  })
}

async function within(ms: number, isSo: () => boolean): Promise<boolean> {
  for (const deadline = performance.now() + ms; ; await delay(lookMs)) {
    if (isSo()) return true
    if (performance.now() > deadline) return false
  }
}
