/** task show, new, hold, release, move, retry, cancel, run-now. */
import type { Command } from 'commander'
import type { CliContext } from '../context.ts'
import { addExamples } from '../examples.ts'
import { addNewTask } from './new-task.ts'
import { addShowTask } from './show-task.ts'
import { addTaskControls } from './task-control.ts'
import { addHoldCommands, addMove } from './task-order.ts'

export function addTask(program: Command, context: CliContext): void {
  const command = program
    .command('task')
    .helpCommand(false)
    .usage('<task> | <command> [options]')
    .description(
      'Shows one task of a project, writes task documents, orders the queue, and runs or ends tasks (docs/projects.md).',
    )
    .summary('show one task; write, order, run and cancel task documents')
  addExamples(command, [
    ['iterm-orch task fix-the-login', 'everything about one task'],
    ['iterm-orch task new "fix the login"', 'a document in tasks/ of this project'],
  ])
  addShowTask(command, context)
  addNewTask(command, context)
  addHoldCommands(command, context)
  addMove(command, context)
  addTaskControls(command, context)
}
