import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import type { HeldClaim } from '../../coordination/find-claim.ts'
import { OrchError } from '../../lib/errors.ts'
import { shownText } from '../../lib/shown-text.ts'
import type { CliContext } from '../context.ts'
import { addExamples } from '../examples.ts'
import { durationArgument } from '../mail/mail-call.ts'
import { writeOut } from '../mail/write-out.ts'
import { type Desk, mailboxOption, openDesk, pidOption } from './coord-call.ts'

interface ClaimOptions {
  mailbox?: string
  agent?: string
  parent?: string
  pid?: number
  wait?: boolean
  timeout?: number
  grace?: number
  quiet?: boolean
}

export function addClaim(parent: Command, context: CliContext): void {
  const command = parent
    .command('claim')
    .description(
      'Claims a task: of all who try, exactly one gets it. The highest priority first, then the oldest. The claim ' +
        'belongs to the agent or script that calls, and is given to others only when that process is gone. Exit ' +
        'code 6: there is nothing to claim.',
    )
    .summary('claim a task')
    .argument('[task]', 'this one (default: the first)')
    .addOption(mailboxOption())
    .option('--agent <name>', 'only tasks for this agent, and those for anyone')
    .option('--parent <task>', 'only subtasks of this one')
    .option('-w, --wait', 'wait until there is one')
    .option('--timeout <duration>', 'wait at most so long: 30s, 5m, 2h (exit code 6)', durationArgument)
    .option('--grace <duration>', 'give back claims whose owner is gone for so long (30s)', durationArgument)
    .option('-q, --quiet', 'print only the name')
    .addOption(pidOption())
    .action((task: string | undefined, options: ClaimOptions) => claim(context, task, options))
  addExamples(command, [
    ['iterm-orch coord claim', 'prints the task, and where its directory is'],
    ['iterm-orch coord claim --wait --json', 'waits for one'],
    ['while task=$(iterm-orch coord claim -q); do ./work.sh "$task"; done', 'works through all'],
  ])
}

async function claim(context: CliContext, task: string | undefined, options: ClaimOptions): Promise<void> {
  const desk = await openDesk(context, options.mailbox)
  const [{ claimOrWait }, { claimantProcess }, { confirmHandOver }] = await Promise.all([
    import('../../coordination/wait-for-claim.ts'),
    import('../../coordination/owner.ts'),
    import('../../coordination/handed-over.ts'),
  ])
  const { ITERM_ORCH_MAILBOX: as, ITERM_ORCH_SESSION: session } = process.env
  const claimant = {
    process: claimantProcess(options.pid),
    as: as || undefined,
    session: session || undefined,
    agent: options.agent,
  }
  const waits = options.wait === true || options.timeout !== undefined
  const found = await claimOrWait(
    desk.comms,
    desk.mailbox,
    { claimant, task, parent: options.parent },
    {
      timeoutMs: waits ? options.timeout : 0,
      graceMs: options.grace,
      // Without --wait a signal ends the command at once, and leaves no half of a claim.
      ...(waits && { signal: context.untilInterrupted() }),
      onProblem: (reason) => context.out.note(`Changes are noticed slowly: ${reason}`),
    },
  )
  if (context.interruptedBy && !found) return
  if (!found) throw await nothing(desk)
  // Only what was printed is known to the owner; the next claim of the same owner prints the rest.
  if (await writeOut(shown(context, found, options.quiet === true))) confirmHandOver(found.path)
}

function shown(context: CliContext, found: HeldClaim, quiet: boolean): string {
  const { task, path, file, pid } = found
  const text = readFileSync(file, 'utf8')
  if (context.out.json) return `${JSON.stringify({ task, path, file, owner: pid, text }, null, 2)}\n`
  if (quiet) return `${task}\n`
  const { bold, faint } = context.out.style
  return `${bold(task)}\n${faint(shownText(path))}\n\n${text.split('\n').map(shownText).join('\n')}`
}

async function nothing({ comms, mailbox }: Desk): Promise<OrchError> {
  const { readQueue } = await import('../../coordination/task-queue.ts')
  const waiting = readQueue(comms, mailbox)
  const broken = waiting.filter(({ problem }) => problem !== undefined).map(({ task }) => task)
  const hint =
    waiting.length === 0
      ? 'Nothing waits there. With --wait it waits for a task.'
      : `${waiting.length} cannot be claimed now${broken.length > 0 ? `, ${broken.length} of them until somebody mends them: ${broken.slice(0, 5).join(', ')}` : ''}: see \`iterm-orch coord list\`.`
  return new OrchError('nothing-to-claim', `There is nothing to claim in ${mailbox.name}.`, {
    hint,
    details: { mailbox: mailbox.name, waiting: waiting.map(({ task }) => task), broken },
  })
}
