import type { Command } from 'commander'
import { shownText } from '../../lib/shown-text.ts'
import type { RunInfo } from '../../tasks/schedule/task-status.ts'
import type { CliContext } from '../context.ts'
import { addExamples } from '../examples.ts'
import { wholeNumber } from '../parse-number.ts'
import { taskClient } from './task-client-of.ts'
import { causeText, durationText, exitText, localTime, styledState } from './task-text.ts'

/** The service keeps a hundred of each task. */
const most = 1_000
const usual = 20

export function addHistory(program: Command, context: CliContext): void {
  const command = program
    .command('history')
    .description('Shows the runs of a task, the newest first: when, why, how long, and how they ended.')
    .summary('show the runs of a task')
    .argument('<task>', 'its name')
    .option('-n, --limit <number>', 'at most so many', wholeNumber(1, most), usual)
    .action(async (task: string, { limit }: { limit: number }) => {
      const { runs, unreadable } = await (await taskClient(context)).history(task, limit)
      if (unreadable > 0)
        context.out.note(`${unreadable} records cannot be read; see iterm-orch service logs.`)
      if (context.out.json) context.out.result({ runs, unreadable })
      else if (runs.length === 0) context.out.line(`${shownText(task)} was never run.`)
      else await showTable(runs, context)
    })
  addExamples(command, [
    ['iterm-orch history nightly-audit', 'its last twenty runs'],
    [
      `iterm-orch history build --json | jq '.runs[] | select(.state == "failed") | .reason'`,
      'why it failed',
    ],
  ])
}

async function showTable(runs: readonly RunInfo[], { out }: CliContext): Promise<void> {
  const { renderTable } = await import('../table.ts')
  const now = Date.now()
  const columns = [
    { title: 'STARTED' },
    { title: 'RUN' },
    { title: 'STATE' },
    { title: 'TOOK' },
    { title: 'CAUSE', least: 8 },
    { title: 'WHY', least: 12 },
  ]
  const rows = runs.map((run) => [
    { text: localTime(run.startedAt ?? run.createdAt) },
    { text: run.id, style: out.style.faint },
    { text: run.state, style: () => styledState(run.state, out.style) },
    { text: durationText(run, now) },
    { text: causeText(run), style: out.style.faint },
    { text: shownText(whyText(run)) },
  ])
  for (const line of renderTable(columns, rows, out.width, out.style.faint)) out.line(line)
}

function whyText(run: RunInfo): string {
  const broken = run.steps.find(({ state }) => state === 'failed')
  const how = broken ? exitText(broken) : ''
  return how === '' || run.reason.includes(how) ? run.reason : `${run.reason} (${how})`
}
