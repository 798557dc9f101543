import type { Task } from './task.ts'

/**
 * Tasks with everything that they need, each after what it needs: the order in which they start. They stop the
 * other way round.
 *
 * @param tasks all that there are, free of circles, as `loadTasks` sees to
 */
export function inOrderOfNeeds(
  names: readonly string[],
  tasks: ReadonlyMap<string, Pick<Task, 'needs'>>,
): string[] {
  const order = new Set<string>()
  const add = (name: string) => {
    if (order.has(name)) return
    for (const need of tasks.get(name)?.needs ?? []) add(need)
    order.add(name)
  }
  for (const name of names) add(name)
  return [...order]
}
