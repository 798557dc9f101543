import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Command, Option } from 'commander'
import { ExitCode, OrchError } from '../../lib/errors.ts'
import { shownText } from '../../lib/shown-text.ts'
import type { CliContext } from '../context.ts'
import { forceOption, type OwnerOptions, ownClaim, pidOption } from '../coord/coord-call.ts'
import { addExamples } from '../examples.ts'
import { collect } from '../mail/ask.ts'
import { durationArgument, optionalText, textOf } from '../mail/mail-call.ts'
import { openOrchestrator, orchestratorOption } from './orch-call.ts'

export function addAssign(parent: Command, context: CliContext): void {
  const command = parent
    .command('assign')
    .description(
      'Gives a subordinate a task, in its tasks/incoming/. With --parent it is a subtask, and the parent cannot be ' +
        'completed before the answer has come.',
    )
    .summary('give a subordinate a task')
    .argument('<subordinate>', 'name, id or mailbox')
    .argument('<file>', 'a .md file; - is standard input')
    .option('-p, --parent <task>', 'your task that it is a part of')
    .option('-n, --name <name>', 'name of the task (default: the next subtask of the parent)')
    .addOption(orchestratorOption())
    .action(
      async (
        subordinate: string,
        file: string,
        options: { parent?: string; name?: string; mailbox?: string },
      ) => {
        const text = await textOf(undefined, file)
        const { comms, mailbox } = await openOrchestrator(context, options.mailbox)
        const { assignTask } = await import('../../coordination/orchestrator/assign.ts')
        const { parent: of, name } = options
        const order = { subordinate, text, parent: of, name }
        const { task, subordinate: to } = await assignTask(comms, mailbox, order)
        if (context.out.json) context.out.result({ task, subordinate: to, parent: of })
        else context.out.line(task)
      },
    )
  addExamples(command, [
    ['iterm-orch orch assign a static.md --parent req_1234', 'prints req_1234_t1'],
    ['echo "Check the licences" | iterm-orch orch assign b - --name licences', 'a task of its own'],
  ])
}

export function addWait(parent: Command, context: CliContext): void {
  const command = parent
    .command('wait')
    .description('Waits until all subordinates, or any of them, have answered. Exit code 6: not in time.')
    .summary('wait for the answers of subordinates')
    .addOption(new Option('--all', 'until all have answered (default)').conflicts('any'))
    .option('--any', 'until one more has answered')
    .option('--or-question', 'return as well when a subordinate asks something')
    .option('-p, --parent <task>', 'only subtasks of this task')
    .option('--timeout <duration>', 'wait at most so long: 30s, 5m, 2h (exit code 6)', durationArgument)
    .addOption(orchestratorOption())
    .action(
      async (options: {
        any?: boolean
        orQuestion?: boolean
        parent?: string
        timeout?: number
        mailbox?: string
      }) => {
        const { comms, mailbox } = await openOrchestrator(context, options.mailbox)
        const { waitForSubordinates } = await import('../../coordination/orchestrator/wait.ts')
        const { done, ...waited } = await waitForSubordinates(comms, mailbox, {
          any: options.any ?? false,
          orQuestion: options.orQuestion ?? false,
          parent: options.parent,
          timeoutMs: options.timeout,
          signal: context.untilInterrupted(),
        })
        if (!done) context.exitCode = ExitCode.noAnswer
        if (context.out.json) {
          context.out.result({ done, ...waited })
          return
        }
        for (const task of waited.answered) context.out.line(`answered  ${shownText(task)}`)
        for (const task of waited.open) context.out.line(`open      ${shownText(task)}`)
        for (const { id, questions } of waited.subordinates) {
          for (const question of questions) {
            context.out.line(shownText(`asks      ${id}  ${question.id}  ${question.text}`))
          }
        }
        for (const { id, status, open } of waited.subordinates) {
          if (status === 'gone' && open.length > 0)
            context.out.note(shownText(`${id} is gone, with ${open.join(', ')}.`))
        }
      },
    )
  addExamples(command, [
    ['iterm-orch orch wait --all --parent req_1234 --timeout 2h', 'until everything is there'],
    ['iterm-orch orch wait --any --or-question --json', 'for a loop that answers questions'],
  ])
}

export function addCollect(parent: Command, context: CliContext): void {
  const command = parent
    .command('collect')
    .description(
      'Gathers what subordinates have answered into the directory of your claimed task: response.md, a skeleton to ' +
        'fill in, findings.json with the source of each finding, and links to their attachments.',
    )
    .summary('gather the answers of subordinates')
    .argument('<task>', 'your claimed task')
    .addOption(orchestratorOption())
    .action(async (task: string, options: { mailbox?: string }) => {
      const { comms, mailbox } = await openOrchestrator(context, options.mailbox)
      const { collectResponses } = await import('../../coordination/orchestrator/collect.ts')
      const collected = collectResponses(comms, mailbox, task)
      if (context.out.json) context.out.result(collected)
      else context.out.line(join(collected.directory, 'response.md'))
    })
  addExamples(command, [['$EDITOR "$(iterm-orch orch collect req_1234)"', 'and fill it in']])
}

export function addFinish(parent: Command, context: CliContext): void {
  const command = parent
    .command('finish')
    .description(
      'Completes your task with response.md and findings.json as they are in its directory, and brings the result to ' +
        'the coordinator.',
    )
    .summary('complete your task and tell the coordinator')
    .argument('<task>', 'your claimed task')
    .addOption(new Option('-F, --file <file>', 'the report (default: response.md); - is standard input'))
    .option('-a, --attach <path>', 'a file or directory for attachments/; several times for several', collect)
    .option('--to <mailbox>', 'who gets it', 'claude')
    .addOption(orchestratorOption())
    .addOption(pidOption())
    .addOption(forceOption('also with open subtasks, or when somebody else has claimed it'))
    .action(
      async (task: string, options: OwnerOptions & { file?: string; attach?: string[]; to: string }) => {
        const desk = await openOrchestrator(context, options.mailbox)
        const claim = await ownClaim(desk, task, options)
        const [{ completeTask }, { parseMailboxName }] = await Promise.all([
          import('../../coordination/complete.ts'),
          import('../../mail/names.ts'),
        ])
        const collected = join(claim.path, 'response.md')
        const file = options.file ?? (existsSync(collected) ? collected : undefined)
        const report = await optionalText(undefined, file ?? '-')
        if (report === undefined) {
          throw new OrchError('usage', 'There is no report.', {
            hint: 'Write it with `iterm-orch orch collect`, or give it with --file.',
          })
        }
        const done = await completeTask(
          desk.comms,
          desk.mailbox,
          claim,
          'completed',
          { report, ...(options.attach && { attachments: options.attach }) },
          { force: options.force ?? false, reply: parseMailboxName(options.to) },
        )
        if (done.deliveryProblem !== undefined) {
          context.out.note(`${task} is completed, but ${done.reply} was not told: ${done.deliveryProblem}`)
        }
        if (context.out.json) context.out.result(done)
        else context.out.line(`Completed: ${done.path}`)
      },
    )
  addExamples(command, [['iterm-orch orch finish req_1234', 'with what was collected']])
}
