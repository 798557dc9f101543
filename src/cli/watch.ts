import { existsSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import type { Command } from 'commander'
import { OrchError } from '../lib/errors.ts'
import type { SessionInfo } from '../service/api.ts'
import type { ServiceClient } from '../service/client.ts'
import type { CliContext } from './context.ts'
import { describeEvent, describeWaiting } from './event-text.ts'
import { addExamples } from './examples.ts'

interface WatchOptions {
  screen?: boolean
}

/** After the service was lost: pause between two looks for it, and how long one that was stopped may stay away. */
const retryMs = 200
const patienceMs = 3_000

export function addWatch(program: Command, context: CliContext): void {
  const command = program
    .command('watch')
    .description(
      'Shows events as they happen: launches, changes of state, blockers, answers, exits. Goes on until it is ' +
        'interrupted (exit code 130 after Ctrl-C), the named sessions are closed, or the service is stopped.',
    )
    .summary('show what happens, live')
    .argument('[session...]', 'only these sessions (default: all, also those to come)')
    .option('-s, --screen', 'also every change of a screen, as lines of text')
    .action(async (references: string[], options: WatchOptions) => {
      const signal = context.untilInterrupted()
      const service = await context.service()
      const only = await Promise.all(references.map((reference) => service.session(reference)))
      await watch(service, only, options.screen ?? false, context, signal)
    })
  addExamples(command, [
    ['iterm-orch watch', 'everything that happens, without the screens'],
    ['iterm-orch watch reviewer --screen', 'also what its program prints'],
    [`iterm-orch watch --json | jq -c 'select(.type == "blocker")'`, 'blockers, for a program'],
  ])
}

async function watch(
  first: ServiceClient,
  only: readonly SessionInfo[],
  screens: boolean,
  context: CliContext,
  signal: AbortSignal,
): Promise<void> {
  const open = new Set(only.map(({ id }) => id))
  let service = first
  let last: string | undefined
  if (context.out.interactive) await greet(service, open, context)
  for (;;) {
    try {
      for await (const event of service.events({
        sessions: [...open],
        screens,
        signal,
        ...(last && { after: last }),
      })) {
        last = event.id
        show(event, context)
        if (event.type === 'closed' && open.delete(event.session) && open.size === 0) return
      }
      return
    } catch (error) {
      if (!(error instanceof OrchError) || error.code !== 'service-unavailable') throw error
      context.out.note(context.out.errorStyle.faint('The connection to the service is lost; looking for it.'))
      const found = await findAgain(context, signal)
      if (!found) return
      service = found
      context.out.note(context.out.errorStyle.faint('Watching again, from where it broke off.'))
    }
  }
}

/**
 * The service after it was lost. One that crashed is started again. One that was stopped has taken its
 * socket away: somebody wanted that, so it is only waited for, in case it is being restarted. Undefined when
 * `signal` aborts.
 *
 * @throws {OrchError} `service-unavailable` when it stays away.
 */
async function findAgain(context: CliContext, signal: AbortSignal): Promise<ServiceClient | undefined> {
  for (const deadline = Date.now() + patienceMs; Date.now() < deadline; ) {
    if (signal.aborted) return undefined
    if (existsSync(context.home.serviceSocket)) return context.service()
    await delay(retryMs)
  }
  throw new OrchError('service-unavailable', 'The service was stopped.', {
    hint: 'Run `iterm-orch watch` again: it starts the service.',
  })
}

/** Says what is watched and who already waits, before anything new happens. */
async function greet(service: ServiceClient, open: ReadonlySet<string>, { out }: CliContext): Promise<void> {
  const sessions = (await service.sessions()).filter(({ id }) => open.size === 0 || open.has(id))
  const count = sessions.length === 1 ? '1 session' : `${sessions.length} sessions`
  out.note(out.errorStyle.faint(`Watching ${count}; Ctrl-C ends it.`))
  for (const session of sessions) if (session.waitsFor) out.line(describeWaiting(session, out.style))
}

function show(event: Parameters<typeof describeEvent>[0], { out }: CliContext): void {
  if (out.json) out.record(event)
  else for (const line of describeEvent(event, out.style)) out.line(line)
}
