import type { Command } from 'commander'
import type { CliContext } from '../context.ts'
import { addProject } from './project.ts'
import { addQueue } from './queue.ts'
import { addTask } from './task.ts'

export function addProjectCommands(program: Command, context: CliContext): void {
  addProject(program, context)
  addTask(program, context)
  addQueue(program, context)
}
