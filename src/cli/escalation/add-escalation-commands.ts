/** The commands about what waits for an answer. */
import type { Command } from 'commander'
import type { CliContext } from '../context.ts'
import { addEscalate } from './escalate.ts'
import { addEscalations } from './escalations.ts'
import { addAck, addSnooze } from './hold.ts'
import { addRoute } from './route.ts'
import { addShow } from './show.ts'

export function addEscalationCommands(program: Command, context: CliContext): void {
  addEscalations(program, context)
  addShow(program, context)
  addEscalate(program, context)
  addAck(program, context)
  addSnooze(program, context)
  addRoute(program, context)
}
