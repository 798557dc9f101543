/** Which tasks can never run, because of what they need. */
import { nearest } from '../../lib/nearest-word.ts'
import type { DefinedTask, TaskProblem } from './read-task-file.ts'

export interface NeedsProblem {
  /** The task that cannot run. */
  name: string
  problem: TaskProblem
}

/** One for each task that needs an unknown one, itself, or another that cannot run. */
export function needsProblems(tasks: readonly DefinedTask[]): NeedsProblem[] {
  const byName = new Map(tasks.map((defined) => [defined.task.name, defined]))
  const wrong = new Map<string, TaskProblem>()
  for (const defined of tasks) {
    const problem = unknownNeed(defined, byName) ?? circle(defined, byName)
    if (problem !== undefined) wrong.set(defined.task.name, problem)
  }
  // What needs a wrong one is wrong as well, as far as that goes.
  for (let before = -1; before !== wrong.size; ) {
    before = wrong.size
    for (const defined of tasks) {
      const at = defined.task.needs.findIndex((need) => wrong.has(need))
      if (at < 0 || wrong.has(defined.task.name)) continue
      const message = `needs "${defined.task.needs[at]}", which cannot run itself`
      wrong.set(defined.task.name, problemAt(defined, at, message))
    }
  }
  return [...wrong].map(([name, problem]) => ({ name, problem }))
}

function unknownNeed(
  defined: DefinedTask,
  byName: ReadonlyMap<string, DefinedTask>,
): TaskProblem | undefined {
  const at = defined.task.needs.findIndex((need) => !byName.has(need))
  if (at < 0) return undefined
  const need = defined.task.needs[at] ?? ''
  const near = nearest(
    need,
    [...byName.keys()].filter((name) => name !== defined.task.name),
  )
  const fix = near === undefined ? 'define it, or take it out' : `did you mean "${near}"?`
  return problemAt(defined, at, `there is no task "${need}"; ${fix}`)
}

/** The way from a task back to itself. */
function circle(defined: DefinedTask, byName: ReadonlyMap<string, DefinedTask>): TaskProblem | undefined {
  const { name, needs } = defined.task
  for (const [at, need] of needs.entries()) {
    const way = wayTo(name, need, byName, new Set())
    if (way === undefined) continue
    return problemAt(defined, at, `the tasks need each other in a circle: ${[name, ...way].join(' → ')}`)
  }
  return undefined
}

function wayTo(
  goal: string,
  from: string,
  byName: ReadonlyMap<string, DefinedTask>,
  seen: Set<string>,
): string[] | undefined {
  if (from === goal) return [goal]
  if (seen.has(from)) return undefined
  seen.add(from)
  for (const need of byName.get(from)?.task.needs ?? []) {
    const way = wayTo(goal, need, byName, seen)
    if (way !== undefined) return [from, ...way]
  }
  return undefined
}

function problemAt(defined: DefinedTask, at: number, message: string): TaskProblem {
  const { file, line, task, needs } = defined
  const place = needs[at] ?? { line, column: 1 }
  return { file, ...place, field: `tasks.${task.name}.needs[${at}]`, message }
}
