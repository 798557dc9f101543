/** Waits for runs and shows how far they are: one line that changes on a terminal, a line for each change elsewhere. */
import { setTimeout as delay } from 'node:timers/promises'
import { OrchError } from '../../lib/errors.ts'
import { shownText } from '../../lib/shown-text.ts'
import { isOver } from '../../runner/run-state.ts'
import type { TaskClient } from '../../service/task-client.ts'
import type { RunInfo } from '../../tasks/schedule/task-status.ts'
import type { CliContext } from '../context.ts'
import { taskClient } from './task-client-of.ts'
import { durationText, progressText, styledState } from './task-text.ts'

/** One request waits so long; then the next one does. */
const waitMs = 30_000
/** Before the service is asked again when it was lost. */
const retryMs = 500

/** The runs as they ended; as they are when the command is interrupted, for they go on without it. */
export async function waitForRuns(
  client: TaskClient,
  runs: readonly RunInfo[],
  context: CliContext,
): Promise<RunInfo[]> {
  const until = context.untilInterrupted()
  const now = new Map(runs.map((run) => [run.id, run]))
  await Promise.all(
    runs.map((run) =>
      waitForRun(client, run, context, until, (changed) => {
        const before = now.get(changed.id)
        now.set(changed.id, changed)
        show(changed, before, [...now.values()], context)
      }),
    ),
  )
  const seen = [...now.values()]
  const open = seen.filter((run) => !isOver(run)).map(({ task }) => shownText(task))
  if (open.length > 0) {
    context.out.progress('')
    context.out.note(`Still on the way: ${open.join(', ')}. To end it: iterm-orch stop ${open.join(' ')}`)
  }
  return seen
}

async function waitForRun(
  first: TaskClient,
  run: RunInfo,
  context: CliContext,
  until: AbortSignal,
  changed: (run: RunInfo) => void,
): Promise<void> {
  let client = first
  let known = run
  changed(known)
  while (!isOver(known) && !until.aborted) {
    try {
      const seen = await client.runOf(known.task, known.id, { waitMs, seen: known.updatedAt }, until)
      if (seen.updatedAt === known.updatedAt && seen.state === known.state) continue
      known = seen
      changed(known)
    } catch (error) {
      if (until.aborted) return
      // The run goes on without the service; another one will know it.
      if (!(error instanceof OrchError) || error.code !== 'service-unavailable') throw error
      await delay(retryMs)
      client = await taskClient(context)
    }
  }
}

function show(run: RunInfo, before: RunInfo | undefined, all: readonly RunInfo[], { out }: CliContext): void {
  const isNewStep = stepOf(run) !== undefined && stepOf(before ?? run) !== stepOf(run)
  const tells = before === undefined || before === run || before.state !== run.state || isNewStep
  if (tells && !out.json) {
    const step = stepOf(run)
    const where = run.state === 'running' && step !== undefined ? `, ${shownText(step)}` : ''
    const took = isOver(run) ? ` after ${durationText(run, Date.now()) || '0s'}` : ''
    out.progress('')
    out.line(
      `${shownText(run.task)}: ${styledState(run.state, out.style)}${took}${where}` +
        (run.state === 'running' || run.state === 'completed' ? '' : `, ${shownText(run.reason)}`),
    )
  }
  const open = all.filter((one) => !isOver(one))
  out.progress(
    open
      .map((one) =>
        [shownText(one.task), progressText(one), shownText(one.progress.text ?? '')].join(' ').trim(),
      )
      .join('   ')
      .slice(0, (process.stderr.columns || 80) - 1),
  )
}

function stepOf({ steps }: RunInfo): string | undefined {
  return steps.find(({ state }) => ['running', 'blocked', 'retrying'].includes(state))?.name
}
