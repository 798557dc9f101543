/** The process of one run: takes it, runs its steps, obeys signals, and leaves nothing behind. */
import { setTimeout as delay } from 'node:timers/promises'
import { errorMessage } from '../lib/errors.ts'
import { type Home, resolveHome } from '../lib/home.ts'
import { SecretValues } from '../lib/redact/secret-values.ts'
import { runMark, stepMark } from '../lib/run-mark.ts'
import type { AgentSessions } from './agent-sessions.ts'
import { readEnvFile } from './env-file.ts'
import type { Interruption } from './interruption.ts'
import { LineWatch, withMatch } from './line-watch.ts'
import { obeyPauses } from './pause.ts'
import { rest, runAttempts } from './run-attempts.ts'
import { RunClock } from './run-clock.ts'
import { endProcesses } from './run-command.ts'
import type { RunContext, StepEnd } from './run-context.ts'
import { RunKeeper } from './run-keeper.ts'
import { RunLog } from './run-log.ts'
import { logFile, placesOfRun, type RunPlaces, runFile, runNamed } from './run-paths.ts'
import { takeStepEnvironment } from './step-environment.ts'
import { type TakenRun, takeRun, writePidFile } from './take-run.ts'

/** A pid file that cannot be written (a full disk) is tried again this often. */
const retryMs = 1_000

/**
 * @param path of the run's file
 * @returns exit code: 0 when the run is completed
 */
export async function runTaskProcess(
  path: string,
  agents: (home: Home) => Promise<AgentSessions>,
): Promise<number> {
  const home = resolveHome()
  const places = placesOfRun(home, path)
  const taken = await takeRun(places, runNamed(path))
  if (!taken) {
    process.stderr.write('This run has a process already, or is over.\n')
    return 1
  }
  const stop = obeyStop()
  const given = takeStepEnvironment(process.env)
  const context = createContext(places, taken, given, () => agents(home))
  const { keeper, log } = context
  if (!taken.taskLock) {
    await keeper.finish({ state: 'skipped', reason: 'another run of the task is going on', endedAt: now() })
    taken.release()
    return 1
  }
  if (!(await begin(places, taken, keeper, stop.signal))) return 1
  log.note('', `run ${taken.run.id} begins: process ${process.pid}, ${causeText(taken)}`)
  obeyPauses(context)
  const end = await runToEnd(context, stop.signal)
  log.note('', `run ${taken.run.id} ${end.state}${end.reason === undefined ? '' : `: ${end.reason}`}`)
  log.close()
  await keeper.finish({
    ...{ state: end.state, reason: end.reason ?? 'all its steps are completed', endedAt: now() },
    ...{ readyAt: undefined, nextAttemptAt: undefined, pausedAt: undefined },
  })
  taken.release()
  return end.state === 'completed' ? 0 : 1
}

/** SIGTERM, SIGINT and SIGHUP ask it to stop; more of them change nothing. */
function obeyStop(): AbortController {
  const stop = new AbortController()
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.on(signal, () => {
      const interruption: Interruption = { state: 'stopped', reason: `it was asked to stop (${signal})` }
      stop.abort(interruption)
    })
  }
  return stop
}

function createContext(
  places: RunPlaces,
  { run, process: own }: TakenRun,
  given: Readonly<Record<string, string>>,
  agents: () => Promise<AgentSessions>,
): RunContext {
  const { definition: task, id } = run
  const keeper = new RunKeeper(runFile(places, run), run)
  const log = new RunLog(logFile(places, run.task), id, task.log)
  log.onLost = ({ lines, bytes, why }) => {
    const before = keeper.run.logLost ?? { lines: 0, bytes: 0 }
    keeper.changeSoon({ logLost: { lines: before.lines + lines, bytes: before.bytes + bytes, why } })
  }
  const lines = new LineWatch()
  for (const alert of task.alerts) {
    if (alert.on !== 'log') continue
    const { pattern } = alert
    lines.watch(pattern, (line, step) => {
      keeper.changeSoon({ matches: withMatch(keeper.run.matches, pattern, step, line) })
    })
  }
  const secrets = SecretValues.among(given)
  return {
    task,
    id,
    keeper,
    log,
    clock: new RunClock(),
    lines,
    env: given,
    secrets,
    since: own.start,
    agents,
  }
}

/** Nothing is started before it is on the disk that the run has begun: nobody may begin it a second time. */
async function begin(
  places: RunPlaces,
  taken: TakenRun,
  keeper: RunKeeper,
  stop: AbortSignal,
): Promise<boolean> {
  while (!stop.aborted) {
    try {
      writePidFile(places, taken.run, taken.process)
      keeper.begin({ state: 'running', reason: 'it begins', process: taken.process, startedAt: now() })
      return true
    } catch {
      await delay(retryMs)
    }
  }
  taken.release()
  return false
}

async function runToEnd(context: RunContext, stop: AbortSignal): Promise<StepEnd> {
  const { task } = context
  let end: StepEnd
  try {
    end = await runAttempts({ ...context, env: environment(context) }, stop)
  } catch (error) {
    end = { state: 'failed', reason: errorMessage(error) }
  }
  const left = await endProcesses(rest(context), task.stop)
  if (left.length === 0) return end
  return { ...end, reason: `${end.reason ?? end.state}; processes that cannot be ended: ${left.join(', ')}` }
}

/** What belongs to the process itself comes first, what was asked for this run last. */
function environment({ task, keeper, env }: RunContext): Record<string, string | undefined> {
  const { [runMark]: _, [stepMark]: __, ...own } = process.env
  const file = task.envFile === undefined ? {} : readEnvFile(task.envFile)
  return { ...own, ...env, ...file, ...task.env, ...keeper.run.variables }
}

function causeText({ run: { cause } }: TakenRun): string {
  const due = cause.scheduledFor === undefined ? '' : `, due at ${cause.scheduledFor}`
  return `${cause.kind}${cause.by === undefined ? '' : ` by ${cause.by}`}${due}`
}

function now(): string {
  return new Date().toISOString()
}
