import type { Command } from 'commander'
import type { CliContext } from '../context.ts'
import { addExamples } from '../examples.ts'
import { addPolicyCheck } from './check.ts'
import { addPolicyTest } from './test.ts'
import { addPolicyTry } from './try.ts'
import { addPolicyWhy } from './why.ts'

export function addPolicy(program: Command, context: CliContext): void {
  const command = program
    .command('policy')
    .description('Looks after the rules by which blockers are answered without anybody (docs/policy.md).')
    .summary('check and try out the rules that answer by themselves')
  addExamples(command, [
    ['iterm-orch policy check', 'says whether the rules of the person and of the project are valid'],
    ["iterm-orch policy try 'git push --force'", 'says what would be decided, and why'],
  ])
  addPolicyCheck(command, context)
  addPolicyTest(command, context)
  addPolicyTry(command, context)
  addPolicyWhy(command, context)
}
