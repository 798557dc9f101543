/** Turns slots whose time has come into runs. */
import type { Run } from '../../runner/run.ts'
import type { LoadedTask } from '../definition/load-tasks.ts'
import type { DueSlots } from './due-slots.ts'
import { missedRun } from './missed-run.ts'
import type { NewRun } from './queue-run.ts'
import type { RunBoard } from './run-board.ts'
import type { Timetable } from './timetable.ts'

export interface SlotTaker {
  timetable: Timetable
  board: RunBoard
  queue(loaded: LoadedTask, wish: NewRun): Run
}

/** Each is on the disk before it counts as taken, and before the next one is looked at. */
export function takeSlots(
  parts: SlotTaker,
  loaded: LoadedTask,
  { start, missed }: DueSlots,
  now: number,
): void {
  const { timetable } = parts
  const { name } = loaded.task
  if (missed) {
    const run = missedRun(loaded, missed, now)
    parts.board.add(run)
    timetable.took(name, missed.last, run.id, now)
  }
  for (const slot of start) {
    const run = parts.queue(loaded, {
      cause: { kind: 'schedule', scheduledFor: new Date(slot).toISOString() },
    })
    timetable.took(name, slot, run.id, now)
  }
}
