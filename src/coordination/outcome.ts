/** How a task ended: `completed/<task>/` with `<task>.completion.md`, or `<task>.failure.md`. */
import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import { reading } from '../mail/mail-error.ts'

/** @param directory `coordination/completed` of the mailbox */
export function isCompleted(directory: string, task: string): boolean {
  // Other programs leave the task's name out.
  return [completionFile(task), 'completion.md'].some((name) => isFile(join(directory, task, name)))
}

export function isFailed(directory: string, task: string): boolean {
  return isFile(join(directory, task, failureFile(task)))
}

export function completionFile(task: string): string {
  return `${task}.completion.md`
}

export function failureFile(task: string): string {
  return `${task}.failure.md`
}

function isFile(path: string): boolean {
  return reading(path, () => lstatSync(path, { throwIfNoEntry: false })?.isFile() ?? false)
}
