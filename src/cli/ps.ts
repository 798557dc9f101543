import type { Command } from 'commander'
import { shownText } from '../lib/shown-text.ts'
import type { SessionInfo } from '../service/api.ts'
import type { CliContext } from './context.ts'
import { addExamples } from './examples.ts'
import { shortId, since, styledState } from './session-text.ts'
import type { Column } from './table.ts'

export function addPs(program: Command, context: CliContext): void {
  const command = program
    .command('ps')
    .alias('ls')
    .description('Lists the sessions; those that wait for someone come first.')
    .summary('list the sessions')
    .action(async () => {
      const sessions = inOrderOfNeed(await (await context.service()).sessions())
      if (context.out.json) context.out.result({ sessions })
      else await showTable(sessions, context)
    })
  addExamples(command, [
    ['iterm-orch ps', 'who does what, and who waits for what'],
    [
      `iterm-orch ps --json | jq -r '.sessions[] | select(.state == "waiting") | .id'`,
      'ids of those that wait',
    ],
  ])
}

/** Those that need someone first, the longest waiting at the top; what is over comes last. */
export function inOrderOfNeed(sessions: readonly SessionInfo[]): SessionInfo[] {
  return [...sessions].sort(
    (left, right) =>
      statesByNeed.indexOf(left.state) - statesByNeed.indexOf(right.state) ||
      left.since.localeCompare(right.since) ||
      left.id.localeCompare(right.id),
  )
}

const statesByNeed: readonly SessionInfo['state'][] = [
  'waiting',
  'stuck',
  'errored',
  'limited',
  'unknown',
  'starting',
  'working',
  'idle',
  'exited',
]

async function showTable(sessions: readonly SessionInfo[], { out }: CliContext): Promise<void> {
  if (sessions.length === 0) {
    out.line('There are no sessions. Open one: iterm-orch launch "your task" --agent claude')
    return
  }
  const { renderTable } = await import('./table.ts')
  const columns: Column[] = [
    { title: 'ID' },
    { title: 'NAME', least: 8 },
    { title: 'AGENT', least: 6 },
    { title: 'TASK', least: 8 },
    { title: 'STATE' },
    { title: 'SINCE' },
    { title: 'WAITS FOR', least: 12 },
    { title: 'TERMINAL' },
  ]
  const now = Date.now()
  const rows = sessions.map((session) => [
    { text: shortId(session), style: out.style.bold },
    { text: shownText(session.name) },
    {
      text: shownText(
        session.inFront === undefined ? session.agent : `${session.agent} › ${session.inFront}`,
      ),
    },
    { text: shownText(session.task), style: out.style.faint },
    { text: session.state, style: () => styledState(session.state, out.style) },
    { text: since(session.since, now) },
    { text: shownText(waitsFor(session)), style: out.style.yellow },
    { text: session.terminal, style: out.style.faint },
  ])
  for (const line of renderTable(columns, rows, out.width, out.style.faint)) out.line(line)
}

function waitsFor(session: SessionInfo): string {
  if (session.limit) return `${session.limit.next} (${session.waitsFor?.text ?? session.reason})`
  if (session.waitsFor) return `${session.waitsFor.kind}: ${session.waitsFor.text}`
  if (session.state === 'exited' && session.exitCode !== undefined) return `(exit code ${session.exitCode})`
  return ''
}
