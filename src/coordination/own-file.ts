/** The file with the text of a task, in its own directory. */
import { readEntries } from './claim-place.ts'
import { readOwner } from './owner.ts'

/**
 * The name of `<task>.<pid>.md` in the directory of a claimed or finished task; undefined when there is none. The
 * file of a subtask that was left open, `<parent>_t1.2.md`, looks the same: the record of the owner decides,
 * and where there is none the highest number, as pids are higher than numbers of subtasks.
 */
export function ownFile(directory: string, task: string): string | undefined {
  const pids = readEntries(directory).flatMap(({ name }) => pidIn(name, task) ?? [])
  const owner = readOwner(directory)?.pid
  const pid = owner !== undefined && pids.includes(owner) ? owner : Math.max(...pids)
  return pids.length === 0 ? undefined : `${task}.${pid}.md`
}

function pidIn(name: string, task: string): number | undefined {
  if (!name.startsWith(`${task}.`)) return undefined
  const digits = /^\.(\d+)\.md$/.exec(name.slice(task.length))?.[1]
  return digits === undefined ? undefined : Number(digits)
}
