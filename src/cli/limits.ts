/** Shows the limits of accounts, and clears them. */
import type { Command } from 'commander'
import type { AccountLimit } from '../escalation/limits/account-limit.ts'
import { shownText } from '../lib/shown-text.ts'
import type { CliContext } from './context.ts'
import { addExamples } from './examples.ts'

export function addLimits(program: Command, context: CliContext): void {
  const command = program
    .command('limits')
    .description(
      'Lists the accounts that have reached a usage limit, or whose login has failed: until when nothing is ' +
        'started on them, who saw it, and which sessions are parked. Those go on by themselves when the limit ' +
        'is over, one after the other.',
    )
    .summary('list accounts at their limit, or clear one')
    .action(() => list(context))
  addExamples(command, [
    ['iterm-orch limits', 'which accounts are held back, and until when'],
    ['iterm-orch limits clear claude', 'the limit is over: parked sessions go on'],
  ])
  const clear = command
    .command('clear')
    .description(
      'Says that the limit of an account is over, or that it is logged in again. Its parked sessions go on one ' +
        'after the other; with --no-resume they are left alone.',
    )
    .summary('the limit of an account is over')
    .argument('<account>', 'id of the account, or the beginning of it')
    .option('--no-resume', 'leave the parked sessions alone')
    .action(async (account: string, { resume }: { resume: boolean }) => {
      const limit = await (await context.service()).clearLimit(account, { resume })
      if (context.out.json) context.out.result({ cleared: limit })
      else context.out.line(`Cleared: ${limit.account}  ${shownText(limit.title)}`)
    })
  addExamples(clear, [
    ['iterm-orch limits clear claude-3f9a', 'by the beginning of its id'],
    ['iterm-orch limits clear claude-3f9a --no-resume', 'nothing is typed into its sessions'],
  ])
}

async function list(context: CliContext): Promise<void> {
  const { out } = context
  const found = await (await context.service()).limits()
  if (out.json) {
    out.result(found)
    return
  }
  const { localTime } = await import('../escalation/limits/limit-text.ts')
  if (found.accounts.length === 0) out.line('No account is at a limit.')
  for (const limit of found.accounts) for (const line of describe(limit, out.style, localTime)) out.line(line)
  for (const { path, reason } of found.unreadable)
    out.line(out.style.red(`${path} cannot be read: ${reason}`))
}

function* describe(
  limit: AccountLimit,
  style: CliContext['out']['style'],
  time: (iso: string) => string,
): Generator<string> {
  const { account, title, phase, kind, tryAt, resetsAt, seenBy, evidence, parked, trial } = limit
  yield `${style.bold(account)}  ${style[phase === 'closed' ? 'green' : 'magenta'](stateText(limit, time))}`
  yield `  account   ${shownText(title)}`
  yield `  seen by   ${shownText(seenBy.name)}: ${shownText(evidence)}`
  if (phase !== 'closed' && kind === 'limit' && tryAt !== undefined) {
    const source = resetsAt === undefined ? 'a guess: no time is known' : `its screen says ${time(resetsAt)}`
    yield `  next try  ${time(tryAt)} ${style.faint(`(${source})`)}`
  }
  for (const { session, name, attempts, notBefore, givenUp } of parked) {
    const tried = attempts === 0 ? '' : `, tried ${attempts} times`
    const next =
      trial?.session === session
        ? 'is tried now'
        : givenUp === undefined
          ? notBefore === undefined
            ? 'waits for its turn'
            : `waits until ${time(notBefore)}`
          : `needs a person: ${shownText(givenUp)}`
    yield `  parked    ${session.slice(0, 8)}  ${shownText(name)}  ${next}${tried}`
  }
}

function stateText({ phase, kind, tryAt }: AccountLimit, time: (iso: string) => string): string {
  if (phase === 'closed') return 'over; parked sessions go on, one after the other'
  if (phase === 'half-open') return 'is being tried'
  if (kind === 'login' || tryAt === undefined) return 'the login has failed; nothing is started'
  return `limit reached; nothing is started until ${time(tryAt)}`
}
