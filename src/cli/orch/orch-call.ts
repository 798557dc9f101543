/** What the commands of orchestrators share. */
import { Option } from 'commander'
import type { ObservedSubordinate } from '../../coordination/orchestrator/observe.ts'
import { OrchError } from '../../lib/errors.ts'
import { shownText } from '../../lib/shown-text.ts'
import type { CliContext } from '../context.ts'
import { type Desk, ownName } from '../coord/coord-call.ts'
import type { StyleName } from '../styles.ts'

/** The mailbox of the orchestrator: the named one, the caller's own, or that of the calling process. */
export async function openOrchestrator(context: CliContext, named: string | undefined): Promise<Desk> {
  const [{ openComms }, { existingMailbox }, { isOrchestrator, parseMailboxName }, { callingProcess }] =
    await Promise.all([
      import('../../mail/comms.ts'),
      import('../../mail/mailbox.ts'),
      import('../../mail/names.ts'),
      import('../../lib/process-identity.ts'),
    ])
  const comms = await openComms(context.home)
  const own = named === undefined ? await ownName(context) : parseMailboxName(named)
  const name = named !== undefined || isOrchestrator(own) ? own : `claude_cli_orch_${callingProcess()}`
  try {
    return { comms, mailbox: existingMailbox(comms, name) }
  } catch (error) {
    if (named !== undefined || !(error instanceof OrchError && error.code === 'mailbox-not-found'))
      throw error
    throw new OrchError('not-orchestrator', `You are no orchestrator: there is no mailbox ${name}.`, {
      hint: 'Become one with `iterm-orch orch init`, or name one with --mailbox.',
      cause: error,
    })
  }
}

export function orchestratorOption(): Option {
  return new Option('-m, --mailbox <mailbox>', 'mailbox of the orchestrator (default: your own)')
}

export async function showSubordinates(
  subordinates: readonly ObservedSubordinate[],
  { out }: CliContext,
): Promise<void> {
  if (subordinates.length === 0) {
    out.line('There are no subordinates. Add one: iterm-orch orch add NAME:ROLE')
    return
  }
  const { renderTable } = await import('../table.ts')
  const rows = subordinates.map(({ id, role, status, reason, open, answered }) => [
    { text: shownText(id), style: out.style.bold },
    { text: shownText(role) },
    { text: status, style: out.style[statusStyles[status]] },
    { text: `${answered.length}/${answered.length + open.length}` },
    { text: shownText(reason), style: out.style.faint },
  ])
  const columns = [
    { title: 'ID' },
    { title: 'ROLE', least: 8 },
    { title: 'STATUS' },
    { title: 'ANSWERED' },
    { title: 'WHY', least: 12 },
  ]
  for (const line of renderTable(columns, rows, out.width, out.style.faint)) out.line(line)
}

const statusStyles = {
  idle: 'blue',
  busy: 'green',
  blocked: 'yellow',
  gone: 'red',
} as const satisfies Record<ObservedSubordinate['status'], StyleName>
