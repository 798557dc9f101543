import type { Command } from 'commander'
import type { CliContext } from '../context.ts'
import { addExamples } from '../examples.ts'
import { addAdd, addInit, addRemove, addStatus } from './subordinates.ts'
import { addAssign, addCollect, addFinish, addWait } from './work.ts'

export function addOrch(program: Command, context: CliContext): void {
  const command = program
    .command('orch')
    .description(
      'For an agent that leads others: become an orchestrator, give work to subordinates, wait for them, gather ' +
        'their answers and report to the coordinator. Files only; no service is needed.',
    )
    .summary('lead subordinates: assign, wait, collect, finish')
  addInit(command, context)
  addAdd(command, context)
  addRemove(command, context)
  addStatus(command, context)
  addAssign(command, context)
  addWait(command, context)
  addCollect(command, context)
  addFinish(command, context)
  addExamples(command, [
    [
      'iterm-orch orch init --subordinate a:static_analysis --subordinate b:dependencies',
      'prints the mailbox',
    ],
    ['iterm-orch orch assign a static.md --parent req_1234', 'a subtask for a'],
    ['iterm-orch orch wait --all --parent req_1234', 'until all have answered'],
    ['iterm-orch orch collect req_1234 && iterm-orch orch finish req_1234', 'one report for the coordinator'],
  ])
}
