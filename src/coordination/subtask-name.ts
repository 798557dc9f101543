/** Names of subtasks: `<parent>_t<N>`, and `<parent>_t<N>.<M>` from the second level on. */

const numbered = /^(?<parent>.+_t\d+(?:\.\d+)*)\.\d+$/
const first = /^(?<parent>.+)_t\d+$/

/** The task whose subtask has this name; undefined when the name is that of no subtask. */
export function parentOf(task: string): string | undefined {
  return (numbered.exec(task) ?? first.exec(task))?.groups?.['parent']
}

/** The name of the subtask with this number. */
export function childName(parent: string, number: number): string {
  return parentOf(parent) === undefined ? `${parent}_t${number}` : `${parent}.${number}`
}

/** Subtasks in the order of their numbers: `a_t2` before `a_t10`. */
export function compareTaskNames(left: string, right: string): number {
  return collator.compare(left, right) || (left < right ? -1 : left > right ? 1 : 0)
}

const collator = new Intl.Collator('en', { numeric: true })
