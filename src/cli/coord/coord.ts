import type { Command } from 'commander'
import type { CliContext } from '../context.ts'
import { addExamples } from '../examples.ts'
import { addClaim } from './claim.ts'
import { addCoordDoctor } from './doctor.ts'
import { addComplete, addFail, addRelease } from './finish.ts'
import { addList, addShow, addTree } from './look.ts'
import { addProgress, addRespond } from './report.ts'
import { addSubmit, addSubtask } from './submit.ts'

export function addCoord(program: Command, context: CliContext): void {
  const command = program
    .command('coord')
    .description(
      'Tasks as files, by the Task Coordination Protocol: submitted, claimed by exactly one, completed. Works ' +
        'without the service and without a terminal.',
    )
    .summary('submit, claim and complete tasks that are files')
  addSubmit(command, context)
  addSubtask(command, context)
  addClaim(command, context)
  addProgress(command, context)
  addRespond(command, context)
  addComplete(command, context)
  addFail(command, context)
  addRelease(command, context)
  addList(command, context)
  addShow(command, context)
  addTree(command, context)
  addCoordDoctor(command, context)
  addExamples(command, [
    ['iterm-orch coord submit audit.md --to cli', 'gives a task to whoever works in claude_cli'],
    ['task=$(iterm-orch coord claim --wait --quiet)', 'gets one, as soon as there is one'],
    ['iterm-orch coord complete "$task" --file report.md --findings findings.json', 'hands in the result'],
    ['iterm-orch coord tree req_1234', 'shows it with its subtasks'],
  ])
}
