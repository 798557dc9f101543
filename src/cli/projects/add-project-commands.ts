import type { Command } from 'commander'
import type { CliContext } from '../context.ts'
import { addLogs } from './logs.ts'
import { addProjects } from './overview.ts'
import { addProject } from './project.ts'
import { addQueue } from './queue.ts'
import { addResults } from './results.ts'
import { addTask } from './task.ts'
import { addTasks } from './tasks.ts'

export function addProjectCommands(program: Command, context: CliContext): void {
  addProject(program, context)
  addProjects(program, context)
  addTasks(program, context)
  addTask(program, context)
  addQueue(program, context)
  addResults(program, context)
  addLogs(program, context)
}
