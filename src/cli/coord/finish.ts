import { readFileSync } from 'node:fs'
import { type Command, Option } from 'commander'
import { errorMessage, OrchError } from '../../lib/errors.ts'
import type { CliContext } from '../context.ts'
import { addExamples } from '../examples.ts'
import { collect } from '../mail/ask.ts'
import { optionalText, textOf } from '../mail/mail-call.ts'
import { forceOption, mailboxOption, type OwnerOptions, openDesk, ownClaim, pidOption } from './coord-call.ts'

interface FinishOptions extends OwnerOptions {
  file?: string
  response?: string
  findings?: string
  attach?: string[]
  reply?: string
}

export function addComplete(parent: Command, context: CliContext): void {
  const command = parent
    .command('complete')
    .description(
      'Hands in the result of your claim: its directory moves to coordination/completed/<task>/ in one step, and ' +
        'the report goes to the mailbox that the task names in `reply`.',
    )
    .summary('hand in the result')
    .argument('[task]', 'the claimed task (default: your only one)')
    .addOption(new Option('-F, --file <file>', 'the report, .completion.md; - is standard input (default)'))
    .option('--response <file>', 'the formal report, response.md')
    .option('--findings <file>', 'structured data, findings.json')
    .option('-a, --attach <path>', 'a file or directory for attachments/; several times for several', collect)
    .option('--reply <mailbox>', 'send the report there')
    .addOption(mailboxOption())
    .addOption(pidOption())
    .addOption(forceOption('also with open subtasks, or when somebody else has claimed it'))
    .action((task: string | undefined, options: FinishOptions) => finish(context, task, 'completed', options))
  addExamples(command, [
    ['iterm-orch coord complete --file report.md', 'your only claim'],
    ['iterm-orch coord complete req_1234 -F report.md --findings findings.json -a scan.html', 'with data'],
    ['echo "All green" | iterm-orch coord complete req_1234', 'from standard input'],
  ])
}

export function addFail(parent: Command, context: CliContext): void {
  const command = parent
    .command('fail')
    .description('Ends your claim without a result: completed/<task>/<task>.failure.md says why.')
    .summary('say that a task cannot be done')
    .argument('<task>', 'the claimed task')
    .argument('[reason]', 'why; else --file or standard input')
    .addOption(new Option('-F, --file <file>', 'the reason from a file; - is standard input'))
    .option('-a, --attach <path>', 'a file or directory for attachments/; several times for several', collect)
    .option('--reply <mailbox>', 'send the reason there')
    .addOption(mailboxOption())
    .addOption(pidOption())
    .addOption(forceOption('also with open subtasks, or when somebody else has claimed it'))
    .action((task: string, reason: string | undefined, options: FinishOptions) =>
      finish(context, task, 'failed', options, reason),
    )
  addExamples(command, [
    ['iterm-orch coord fail req_1234 "no access to the database"', 'it is not claimed again'],
  ])
}

export function addRelease(parent: Command, context: CliContext): void {
  const command = parent
    .command('release')
    .description(
      'Gives your claim back, so that somebody else can claim it; progress and responses stay with it.',
    )
    .summary('give a claim back')
    .argument('[task]', 'the claimed task (default: your only one)')
    .option('--reason <text>', 'why', 'given back')
    .addOption(mailboxOption())
    .addOption(pidOption())
    .addOption(forceOption('also when somebody else has claimed it'))
    .action(async (task: string | undefined, options: OwnerOptions & { reason: string }) => {
      const { comms, mailbox } = await openDesk(context, options.mailbox)
      const claim = await ownClaim({ comms, mailbox }, task, options)
      const { releaseClaim } = await import('../../coordination/release.ts')
      const path = await releaseClaim(comms, mailbox, claim, options.reason)
      if (context.out.json) context.out.result({ task: claim.task, path })
      else context.out.line(`Given back: ${claim.task}`)
    })
  addExamples(command, [['iterm-orch coord release req_1234 --reason "wrong machine"', 'others may have it']])
}

async function finish(
  context: CliContext,
  task: string | undefined,
  outcome: 'completed' | 'failed',
  options: FinishOptions,
  argument?: string,
): Promise<void> {
  const desk = await openDesk(context, options.mailbox)
  const claim = await ownClaim(desk, task, options)
  const report = await textOf(argument, options.file)
  const response =
    options.response === undefined ? undefined : await optionalText(undefined, options.response)
  const findings = options.findings === undefined ? undefined : readFindings(options.findings)
  const { completeTask } = await import('../../coordination/complete.ts')
  const done = await completeTask(
    desk.comms,
    desk.mailbox,
    claim,
    outcome,
    {
      report,
      ...(response !== undefined && { response }),
      ...(findings !== undefined && { findings }),
      ...(options.attach && { attachments: options.attach }),
    },
    { force: options.force ?? false, ...(options.reply !== undefined && { reply: options.reply }) },
  )
  if (done.deliveryProblem !== undefined) {
    context.out.note(`${done.task} is ${outcome}, but ${done.reply} was not told: ${done.deliveryProblem}`)
  }
  if (context.out.json) context.out.result({ ...done, outcome })
  else context.out.line(`${outcome === 'completed' ? 'Completed' : 'Failed'}: ${done.path}`)
}

function readFindings(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new OrchError('usage', `The findings in ${file} cannot be read: ${errorMessage(error)}`, {
      hint: 'It has to be a JSON file.',
      cause: error,
    })
  }
}
