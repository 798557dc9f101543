/** The live status of tasks: each task once, and again whenever something of it has changed. */
import type { Scheduler } from '../tasks/schedule/scheduler.ts'
import type { TaskDesk } from '../tasks/schedule/task-desk.ts'
import type { TaskStatus } from '../tasks/schedule/task-status.ts'
import type { StreamItem } from './event-stream.ts'

/** Changes within this time are told together. */
const foldMs = 200
/** CPU and memory are looked at so often. */
const usageMs = 2_000

export interface StatusStream {
  scheduler: Scheduler
  desk: TaskDesk
  /** All tasks when empty. */
  patterns: readonly string[]
  usage: boolean
}

export function pushStatuses(
  { scheduler, desk, patterns, usage }: StatusStream,
  push: (item: StreamItem) => void,
  signal: AbortSignal,
): Promise<void> {
  const told = new Map<string, string>()
  let pending: NodeJS.Timeout | undefined
  const look = async () => {
    pending = undefined
    let statuses: TaskStatus[] = []
    try {
      statuses = await desk.statuses(patterns, usage)
    } catch {
      // The pattern fits nothing any more; it may again.
    }
    if (signal.aborted) return
    for (const status of statuses) {
      const data = JSON.stringify(status)
      if (told.get(status.task) === data) continue
      told.set(status.task, data)
      push({ data })
    }
  }
  const soon = () => {
    pending ??= setTimeout(() => void look(), foldMs)
  }
  scheduler.on('changed', soon)
  const ticking = usage ? setInterval(soon, usageMs) : undefined
  void look()
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => {
      scheduler.off('changed', soon)
      clearInterval(ticking)
      clearTimeout(pending)
      resolve()
    })
  })
}
