/** task show, new, hold, release, move. */
import type { Command } from 'commander'
import type { CliContext } from '../context.ts'
import { addExamples } from '../examples.ts'
import { addNewTask } from './new-task.ts'
import { addShowTask } from './show-task.ts'
import { addHoldCommands, addMove } from './task-order.ts'

export function addTask(program: Command, context: CliContext): void {
  const command = program
    .command('task')
    .helpCommand(false)
    .description(
      'Shows one task of a project, writes task documents, and orders the queue (docs/projects.md).',
    )
    .summary('show one task; write task documents, hold and move them')
  addExamples(command, [
    ['iterm-orch task fix-the-login', 'everything about one task'],
    ['iterm-orch task new "fix the login"', 'a document in tasks/ of this project'],
  ])
  addShowTask(command, context)
  addNewTask(command, context)
  addHoldCommands(command, context)
  addMove(command, context)
}
