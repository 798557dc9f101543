/** Makes a task that can run of a definition. */
import { expandPath } from '../../lib/expand-path.ts'
import { parseDone } from '../../runner/parse-done.ts'
import type { Alert, DaemonRules, Probe, Schedule, Step, Task, TaskType } from '../../runner/task.ts'
import type { AlertDefinition } from './alert-definition.ts'
import { type ProbeDefinition, RestartDefinition } from './daemon-definition.ts'
import { stepName, typeOf } from './definition-problems.ts'
import type { StepDefinition } from './step-definition.ts'
import type { TaskDefinition } from './task-fields.ts'

export interface Places {
  /** Directory of the file: its relative paths start here. */
  base: string
  /** Where a task works that does not say. */
  cwd: string
}

export function toTask(name: string, definition: TaskDefinition, places: Places): Task {
  const { description, groups, enabled, env, overlap, concurrency, needs, retry, timeout } = definition
  const type = typeOf(definition)
  const cwd = definition.cwd === undefined ? places.cwd : expandPath(definition.cwd, places.base)
  const steps = definition.steps ?? [singleStep(definition)]
  return {
    name,
    ...(description === undefined ? {} : { description }),
    type,
    enabled,
    groups,
    steps: steps.map((step, index) => {
      const isDaemon = type === 'daemon' && index === steps.length - 1
      return toStep(step, index, cwd, places.base, isDaemon ? 'exit' : 'idle')
    }),
    cwd,
    env,
    ...(definition.env_file === undefined ? {} : { envFile: expandPath(definition.env_file, places.base) }),
    ...(timeout === undefined ? {} : { timeoutMs: timeout }),
    ...(retry === undefined ? {} : { retry }),
    overlap,
    ...(concurrency === undefined ? {} : { concurrency }),
    needs,
    ...(type === 'cron' ? { schedule: toSchedule(definition) } : {}),
    ...(type === 'daemon' ? { daemon: toDaemonRules(definition) } : {}),
    stop: { signal: definition.stop.signal, graceMs: definition.stop.grace },
    alerts: definition.alerts?.map(toAlert) ?? defaultAlerts(type),
    log: { maxBytes: definition.log.max_size, keep: definition.log.keep },
  }
}

function singleStep({ run, agent, prompt, file, done }: TaskDefinition): StepDefinition {
  return { run, agent, prompt, file, done, env: {}, continue_on_error: false }
}

function toStep(
  step: StepDefinition,
  index: number,
  taskCwd: string,
  base: string,
  doneDefault: 'idle' | 'exit',
): Step {
  const cwd = step.cwd === undefined ? taskCwd : expandPath(step.cwd, taskCwd)
  return {
    name: stepName(step, index),
    action: toAction(step, cwd, base, doneDefault),
    ...(step.if === undefined ? {} : { if: step.if }),
    cwd,
    env: step.env,
    ...(step.timeout === undefined ? {} : { timeoutMs: step.timeout }),
    ...(step.retry === undefined ? {} : { retry: step.retry }),
    continueOnError: step.continue_on_error,
  }
}

function toAction(
  { run, agent, prompt, file, done }: StepDefinition,
  cwd: string,
  base: string,
  doneDefault: 'idle' | 'exit',
): Step['action'] {
  if (run !== undefined) return { kind: 'command', run }
  return {
    kind: 'agent',
    ...(agent === undefined ? {} : { agent }),
    ...(prompt === undefined ? {} : { prompt }),
    ...(file === undefined ? {} : { file: expandPath(file, base) }),
    done: parseDone(done ?? doneDefault, cwd),
  }
}

function toSchedule({ schedule, interval, timezone, jitter, catch_up }: TaskDefinition): Schedule {
  return {
    ...(schedule === undefined ? {} : { cron: schedule }),
    ...(interval === undefined ? {} : { everyMs: interval }),
    ...(timezone === undefined ? {} : { timezone }),
    jitterMs: jitter ?? 0,
    catchUp: catch_up ?? 'last',
  }
}

/** A daemon is given a minute to become ready, looked at every second. */
const readyDefaults = { every: 1_000, failures: 60 }
const aliveDefaults = { every: 10_000, failures: 3 }

function toDaemonRules({ restart, ready, alive }: TaskDefinition): DaemonRules {
  const { policy, delay, backoff, max_delay, limit, reset_after } = restart ?? RestartDefinition.parse({})
  return {
    policy,
    delayMs: delay,
    backoff,
    maxDelayMs: Math.max(delay, max_delay),
    ...(limit === undefined ? {} : { limit }),
    resetAfterMs: reset_after,
    ...(ready === undefined ? {} : { ready: toProbe(ready, readyDefaults) }),
    ...(alive === undefined ? {} : { alive: toProbe(alive, aliveDefaults) }),
  }
}

function toProbe(probe: ProbeDefinition, defaults: { every: number; failures: number }): Probe {
  return {
    check: toCheck(probe),
    everyMs: probe.every ?? defaults.every,
    timeoutMs: probe.timeout,
    afterMs: probe.after,
    failures: probe.failures ?? defaults.failures,
  }
}

function toCheck({ run, http, tcp, log }: ProbeDefinition): Probe['check'] {
  if (run !== undefined) return { kind: 'run', run }
  if (http !== undefined) return { kind: 'http', url: http }
  if (tcp !== undefined) return { kind: 'tcp', ...tcp }
  return { kind: 'log', pattern: log ?? '' }
}

function toAlert(alert: AlertDefinition): Alert {
  const { severity } = alert
  switch (alert.on) {
    case 'slow':
      return { on: alert.on, severity, afterMs: alert.after }
    case 'log':
      return { on: alert.on, severity, pattern: alert.match }
    case 'restarts':
      return { on: alert.on, severity, times: alert.times, withinMs: alert.within }
    default:
      return { on: alert.on, severity }
  }
}

/** Nobody watches what runs by itself. */
function defaultAlerts(type: TaskType): Alert[] {
  return type === 'one-shot' ? [] : [{ on: 'failed', severity: 'warning' }]
}
