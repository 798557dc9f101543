/** ack and snooze: the clock of an escalation stands for a while. */
import { type Command, Option } from 'commander'
import type { Escalation } from '../../escalation/escalation.ts'
import type { CliContext } from '../context.ts'
import { addExamples } from '../examples.ts'
import { durationArgument } from '../mail/mail-call.ts'
import { since } from '../session-text.ts'
import { asOption, callerOf } from './caller.ts'
import { escalationArgument, shortEscalation } from './escalation-id.ts'

export function addAck(program: Command, context: CliContext): void {
  const command = program
    .command('ack')
    .description(
      'Says that you are on it: for a while it does not go up, nobody is reminded, and `escalations --wait` does ' +
        'not give it to anybody.',
    )
    .summary('say that you are on it')
    .argument(...escalationArgument)
    .addOption(
      new Option('--for <duration>', 'how long (default: escalation.ack in config.yaml, 15m)').argParser(
        durationArgument,
      ),
    )
    .addOption(asOption())
    .action(async (reference: string, options: { for?: number; as?: string }) => {
      const by = await callerOf(context, options.as)
      const forMs = options.for
      const escalation = await (await context.service()).acknowledge(reference, {
        ...(by !== undefined && { by }),
        ...(forMs !== undefined && { forMs }),
      })
      tell(context, escalation, 'acknowledged', escalation.ack?.until)
    })
  addExamples(command, [
    ['iterm-orch ack k3v8xq1a', 'you look at it now'],
    ['iterm-orch ack k3v8xq1a --for 1h', 'it takes longer'],
  ])
}

export function addSnooze(program: Command, context: CliContext): void {
  const command = program
    .command('snooze')
    .description(
      'Nobody is told of it again, and it does not go up, for so long. It can be answered all the same.',
    )
    .summary('be told of a question later')
    .argument(...escalationArgument)
    .argument('<duration>', 'such as 30m or 2h', durationArgument)
    .addOption(asOption())
    .action(async (reference: string, forMs: number, { as }: { as?: string }) => {
      const by = await callerOf(context, as)
      const request = { forMs, ...(by !== undefined && { by }) }
      const escalation = await (await context.service()).snooze(reference, request)
      tell(context, escalation, 'snoozed', escalation.snoozedUntil)
    })
  addExamples(command, [['iterm-orch snooze k3v8xq1a 2h', 'after lunch']])
}

function tell({ out }: CliContext, escalation: Escalation, what: string, until = ''): void {
  if (out.json) {
    out.result({ escalation })
    return
  }
  const long = since(new Date().toISOString(), Date.parse(until) + roundingMs)
  out.line(`${shortEscalation(escalation)} ${out.style.green(what)} for ${long}`)
}

/** What passed since the service looked at its clock would show 20 minutes as 19m 59s. */
const roundingMs = 500
