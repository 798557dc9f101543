import type { Task } from '../../runner/task.ts'

/** The tasks in waves: those of one wave end together, and none before those that need it. */
export function stopOrder<T extends Pick<Task, 'name' | 'needs'>>(tasks: readonly T[]): T[][] {
  const waves: T[][] = []
  let left = [...tasks]
  while (left.length > 0) {
    const needed = new Set(left.flatMap(({ needs }) => needs))
    const wave = left.filter(({ name }) => !needed.has(name))
    // A circle is no valid definition; should one be there, its tasks end together.
    const now = wave.length > 0 ? wave : left
    waves.push(now)
    left = left.filter((task) => !now.includes(task))
  }
  return waves
}
