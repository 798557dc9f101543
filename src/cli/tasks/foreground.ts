/**
 * Runs a task while somebody looks: `run --foreground`. The run has its own process all the same, so that one that
 * is interrupted ends in the same orderly way; no service is needed, except by steps with agents.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { ExitCode, errorMessage } from '../../lib/errors.ts'
import { logEnd } from '../../lib/rotated-log.ts'
import { endUnbegun, neverBegan } from '../../runner/end-without-process.ts'
import { newRun } from '../../runner/new-run.ts'
import { followLog, LineJoiner } from '../../runner/read-log.ts'
import type { Run } from '../../runner/run.ts'
import { readRun } from '../../runner/run-files.ts'
import { runLife } from '../../runner/run-life.ts'
import { logFile } from '../../runner/run-paths.ts'
import { hasAgents, isOver } from '../../runner/run-state.ts'
import { settleRun } from '../../runner/settle-run.ts'
import { signalRun } from '../../runner/signal-run.ts'
import { startRun } from '../../runner/start-run.ts'
import type { Task } from '../../runner/task.ts'
import { ownCommand } from '../../service/own-command.ts'
import type { CliContext } from '../context.ts'
import { logText } from './log-text.ts'
import { ProgressLine } from './progress-line.ts'

/** How often the record is looked at. */
const lookMs = 200

/** Sets the exit code: 0 when it completed. */
export async function runInForeground(
  context: CliContext,
  task: Task,
  {
    source,
    variables,
    interrupted,
  }: { source: Run['source']; variables: Readonly<Record<string, string>>; interrupted: AbortSignal },
): Promise<Run> {
  const { home, out } = context
  const run = newRun(task, { source, variables, cause: { kind: 'manual' } })
  const position = logEnd(logFile(home, task.name))
  const { exited } = await startRun(home, run, { command: [...ownCommand(), 'task-process'] })
  let exists = true
  void exited.then(() => {
    exists = false
  })
  const stopping = stopOnInterrupt(context, run, interrupted)
  const bar = new ProgressLine(out)
  const joiner = new LineJoiner()
  const ending = new AbortController()
  const watching = watchRun(context, run, bar, stopping, () => exists)
  let over = false
  void watching.then(() => {
    over = true
  })
  try {
    for await (const line of followLog(logFile(home, task.name), position, ending.signal, () => over)) {
      if (!('stream' in line) || line.run !== run.id) continue
      const whole = joiner.take(line)
      if (!whole) continue
      if (out.json) out.record({ type: 'line', ...whole })
      else bar.above(() => out.line(logText(whole, out.style)))
    }
  } finally {
    bar.end()
  }
  await stopping.done()
  const ended = await watching
  if (out.json) out.record({ type: 'ended', run: ended })
  else out.note(`${ended.task}: ${ended.state}, ${ended.reason}`)
  if (ended.state !== 'completed') context.exitCode = ExitCode.failed
  return ended
}

/** Ends when the run is over, however that came about. */
async function watchRun(
  context: CliContext,
  run: Run,
  bar: ProgressLine,
  stopping: Stopping,
  exists: () => boolean,
): Promise<Run> {
  const { home } = context
  for (let shown = ''; ; await delay(lookMs)) {
    const mayBegin = exists()
    const now = readRun(home, run) ?? run
    if (now.updatedAt !== shown) bar.show(now)
    shown = now.updatedAt
    if (isOver(now)) return now
    if (now.state === 'queued') {
      const ended = mayBegin ? undefined : endUnbegun(home, run, 'failed', neverBegan)
      if (ended) return ended
      continue
    }
    if (runLife(home, run).life !== 'gone') continue
    // Who kills it says how it ended.
    if (stopping.kills()) continue
    const settled = await settleRun(home, run)
    if (!settled || !isOver(settled.run)) continue
    await closeSessions(context, settled.run)
    return settled.run
  }
}

interface Stopping {
  /** Whether the run is being killed right now. */
  kills(): boolean
  done(): Promise<void>
}

/** Ctrl-C stops the run; a second one kills it. */
function stopOnInterrupt(context: CliContext, run: Run, interrupted: AbortSignal): Stopping {
  const { home, out } = context
  const stopping: Promise<void>[] = []
  let kills = false
  const end = async (signal: 'stop' | 'kill') => {
    try {
      const { run: ended } = await signalRun(home, run, signal)
      if (signal === 'kill') await closeSessions(context, ended)
    } catch (error) {
      out.note(errorMessage(error))
    }
  }
  const stop = () => {
    out.note(`stopping ${run.task}; again to kill it`)
    process.once('SIGINT', () => {
      kills = true
      stopping.push(
        end('kill').finally(() => {
          kills = false
        }),
      )
    })
    stopping.push(end('stop'))
  }
  if (interrupted.aborted) stop()
  else interrupted.addEventListener('abort', stop, { once: true })
  return { kills: () => kills, done: async () => void (await Promise.all(stopping)) }
}

/** Those of agents that a killed process left open. */
async function closeSessions({ home, out }: CliContext, run: Run): Promise<void> {
  if (!hasAgents(run)) return
  const { agentSessions } = await import('./agent-sessions.ts')
  await agentSessions(home)
    .closeOf(run.id)
    .catch((error: unknown) => out.note(`The sessions of its agents are not closed: ${errorMessage(error)}`))
}
