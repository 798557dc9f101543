import type { Command } from 'commander'
import type { Escalation } from '../../escalation/escalation.ts'
import { person } from '../../escalation/person.ts'
import { OrchError } from '../../lib/errors.ts'
import type { CliContext } from '../context.ts'
import { addExamples } from '../examples.ts'
import { timeoutOption } from '../mail/mail-call.ts'
import { asOption, callerOf } from './caller.ts'

interface ListOptions {
  all?: true
  mine?: true
  wait?: true
  timeout?: number
  as?: string
}

/** The service ends a request after a minute; it is asked again. */
const requestMs = 50_000

export function addEscalations(program: Command, context: CliContext): void {
  const command = program
    .command('escalations')
    .description(
      'Lists what waits for an answer, the oldest first: who asks what, who was told, what comes next. With ' +
        '--wait it blocks until there is something to look at and shows the oldest with its context; what is ' +
        'acknowledged (`ack`) or snoozed is not given. Exit code 6 when nothing came until --timeout.',
    )
    .summary('list what waits for an answer, or wait for it')
    .option('-a, --all', 'also those that are over')
    .option('-m, --mine', 'only those that you are asked now')
    .option('-w, --wait', 'wait for the next one, and show it with its context')
    .addOption(timeoutOption())
    .addOption(asOption())
    .action(async (options: ListOptions) => {
      if (options.wait && options.all) {
        throw new OrchError('usage', 'There is nothing to wait for in what is over.', {
          hint: 'Use --wait without --all.',
        })
      }
      const who = options.mine || options.as !== undefined ? await whoIs(context, options) : undefined
      if (options.wait) await showNext(context, who, options.timeout)
      else await list(context, who, options.all === true)
    })
  addExamples(command, [
    ['iterm-orch escalations', 'what is open'],
    ['iterm-orch escalations --mine --wait --json', 'the next question for you, for an orchestrating agent'],
    ['iterm-orch escalations --wait --timeout 10m', 'exit code 6 when nothing comes'],
  ])
}

async function whoIs(context: CliContext, { as }: ListOptions): Promise<string> {
  return (await callerOf(context, as)) ?? person
}

async function list(context: CliContext, who: string | undefined, all: boolean): Promise<void> {
  const { out } = context
  const service = await context.service()
  const found = await service.escalations({ all: all ? 'true' : 'false', mailbox: who })
  if (out.json) out.result(found)
  else await showTable(context, found.escalations, who, all)
  if (found.unreadable.length === 0) return
  const [first] = found.unreadable
  throw new OrchError('failed', `${found.unreadable.length} records cannot be read: ${first?.reason}`, {
    hint: 'The list is not whole. Mend the files, or move them away.',
    details: { unreadable: found.unreadable },
  })
}

async function showTable(
  { out }: CliContext,
  escalations: readonly Escalation[],
  who: string | undefined,
  all: boolean,
): Promise<void> {
  if (escalations.length === 0) {
    const asked = who === undefined ? '' : who === person ? ' for a person' : ` for ${who}`
    out.line(all ? 'There were no escalations.' : `Nothing waits${asked}.`)
    return
  }
  const { escalationTable } = await import('./escalation-table.ts')
  for (const line of escalationTable(escalations, Date.now(), out)) out.line(line)
}

async function showNext(
  context: CliContext,
  who: string | undefined,
  timeoutMs = Number.POSITIVE_INFINITY,
): Promise<void> {
  const interrupted = context.untilInterrupted()
  const deadline = Date.now() + timeoutMs
  for (let left = timeoutMs; ; left = deadline - Date.now()) {
    const waitMs = Math.max(0, Math.min(requestMs, Math.ceil(left)))
    const found = await askFor(context, who, waitMs, interrupted)
    if (interrupted.aborted) return
    if (found) {
      const { questionJson, questionText } = await import('./question-text.ts')
      if (context.out.json) context.out.result(questionJson(found))
      else context.out.write(questionText(found, Date.now(), context.out))
      return
    }
    if (left <= requestMs) {
      throw new OrchError('no-answer', 'Nothing came in that time.', { hint: 'Wait again, or longer.' })
    }
  }
}

/** A service that went away is started again: what waits is found by the next one. */
async function askFor(
  context: CliContext,
  mailbox: string | undefined,
  waitMs: number,
  signal: AbortSignal,
): Promise<Escalation | undefined> {
  const service = await context.service()
  try {
    return await service.nextEscalation({ mailbox, waitMs }, signal)
  } catch (error) {
    if (signal.aborted) return undefined
    if (!(error instanceof OrchError) || error.code !== 'service-unavailable') throw error
    return (await context.service()).nextEscalation({ mailbox, waitMs: 0 }, signal)
  }
}
