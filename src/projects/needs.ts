/** What a task waits for that it needs. Pure. */
import type { TaskStatus } from './run/task-result.ts'

/** Names of the tasks that it needs, by its own name. Those that are not there need nothing. */
type NeedsOf = (id: string) => readonly string[]

/** The state of a task; undefined when there is none of that name. */
type StateOf = (id: string) => TaskStatus | undefined

/** Why it cannot begin; undefined when everything that it needs is completed. */
export function whyNotYet(id: string, needsOf: NeedsOf, stateOf: StateOf): string | undefined {
  const open = needsOf(id).filter((need) => stateOf(need) !== 'completed')
  const [first] = open
  if (first === undefined) return undefined
  const missing = open.filter((need) => stateOf(need) === undefined)
  if (missing.length > 0) return `needs ${missing.join(', ')}, which is no task here`
  const circle = circleFrom(id, needsOf)
  if (circle) return `needs itself: ${circle.join(' → ')}`
  const lost = open.find((need) => stateOf(need) === 'failed' || stateOf(need) === 'cancelled')
  if (lost !== undefined) {
    return `needs ${lost}, which ${stateOf(lost) === 'failed' ? 'has failed' : 'was cancelled'}`
  }
  return `waits for ${open.join(', ')}`
}

/** The shortest way by which it needs itself. */
function circleFrom(start: string, needsOf: NeedsOf): string[] | undefined {
  /** Which task was the first found to need it. */
  const neededBy = new Map<string, string>()
  for (let tasks = [start]; tasks.length > 0; ) {
    const next: string[] = []
    for (const task of tasks) {
      for (const need of needsOf(task)) {
        if (need === start) return [...wayTo(task, start, neededBy), start]
        if (neededBy.has(need)) continue
        neededBy.set(need, task)
        next.push(need)
      }
    }
    tasks = next
  }
  return undefined
}

function wayTo(task: string, start: string, neededBy: ReadonlyMap<string, string>): string[] {
  const way = [task]
  for (let at = task; at !== start; ) {
    at = neededBy.get(at) ?? start
    way.unshift(at)
  }
  return way
}
