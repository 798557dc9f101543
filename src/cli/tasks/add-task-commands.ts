import type { Command } from 'commander'
import type { CliContext } from '../context.ts'
import { addControls } from './control.ts'
import { addHistory } from './history.ts'
import { addList } from './list.ts'
import { addNext } from './next.ts'
import { addRun } from './run.ts'
import { addStatus } from './status.ts'
import { addTail } from './tail.ts'

export function addTaskCommands(program: Command, context: CliContext): void {
  addList(program, context)
  addRun(program, context)
  addControls(program, context)
  addStatus(program, context)
  addTail(program, context)
  addHistory(program, context)
  addNext(program, context)
}
