import { fitsName } from '../../lib/fits-name.ts'
import type { Task } from '../../runner/task.ts'

/** What the patterns name: a task, `audit-*`, or `@group`. In the order of `tasks`, each once. */
export function selectTasks<T extends Pick<Task, 'name' | 'groups'>>(
  tasks: readonly T[],
  patterns: readonly string[],
): { chosen: T[]; unknown: string[] } {
  const fits = (task: T, pattern: string) =>
    pattern.startsWith('@')
      ? task.groups.some((group) => fitsName(pattern.slice(1), group))
      : fitsName(pattern, task.name)
  return {
    chosen: tasks.filter((task) => patterns.some((pattern) => fits(task, pattern))),
    unknown: patterns.filter((pattern) => !tasks.some((task) => fits(task, pattern))),
  }
}
