import type { Command } from 'commander'
import type { CliContext } from '../context.ts'
import { addControls } from './control.ts'
import { addHistory } from './history.ts'
import { addRun } from './run.ts'
import { addStatus } from './status.ts'

export function addTaskCommands(program: Command, context: CliContext): void {
  addRun(program, context)
  addControls(program, context)
  addStatus(program, context)
  addHistory(program, context)
}
