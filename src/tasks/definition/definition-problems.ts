/** What is wrong with a definition although every field of it is right. */

import { conditionProblem } from '../../runner/condition.ts'
import { checkCron, isTimezone, shortestIntervalMs } from './check-schedule.ts'
import type { StepDefinition } from './step-definition.ts'
import type { TaskDefinition } from './task-fields.ts'

export interface DefinitionProblem {
  path: (string | number)[]
  message: string
}

export function definitionProblems(definition: TaskDefinition): DefinitionProblem[] {
  return [
    ...workProblems(definition),
    ...typeProblems(definition),
    ...scheduleProblems(definition),
    ...stepsProblems(definition.steps ?? []),
  ]
}

export function typeOf({ type, schedule, interval }: TaskDefinition): 'one-shot' | 'daemon' | 'cron' {
  return type ?? (schedule === undefined && interval === undefined ? 'one-shot' : 'cron')
}

const agentKeys = ['agent', 'prompt', 'file', 'done'] as const

/** Exactly one way to say what is done. */
function workProblems(definition: TaskDefinition): DefinitionProblem[] {
  const { steps } = definition
  if (steps === undefined) return actionProblems(definition, [], 'A task')
  return (['run', ...agentKeys] as const).flatMap((key) =>
    definition[key] === undefined
      ? []
      : [{ path: [key], message: `stands beside steps; put ${key} into one of them` }],
  )
}

/** The same for a step, and for a task without `steps`. */
function actionProblems(
  action: Pick<StepDefinition, 'run' | (typeof agentKeys)[number]>,
  path: (string | number)[],
  subject: 'A task' | 'A step',
): DefinitionProblem[] {
  const { run, prompt, file } = action
  if (run !== undefined) {
    return agentKeys.flatMap((key) =>
      action[key] === undefined
        ? []
        : [{ path: [...path, key], message: 'is for an agent, and beside run; use one of the two' }],
    )
  }
  if (prompt !== undefined && file !== undefined) {
    return [{ path: [...path, 'file'], message: 'stands beside prompt; use one of the two' }]
  }
  if (prompt !== undefined || file !== undefined) return []
  const key = agentKeys.find((each) => action[each] !== undefined)
  if (key !== undefined) {
    return [{ path: [...path, key], message: 'needs a prompt or a file beside it: what the agent shall do' }]
  }
  const forms = subject === 'A task' ? 'run, steps, prompt or file' : 'run, prompt or file'
  return [{ path, message: `${subject} needs one of ${forms}` }]
}

const cronKeys = ['schedule', 'interval', 'timezone', 'jitter', 'catch_up'] as const
const daemonKeys = ['restart', 'ready', 'alive'] as const

function typeProblems(definition: TaskDefinition): DefinitionProblem[] {
  const type = typeOf(definition)
  const wrong = (keys: readonly (keyof TaskDefinition)[], right: string) =>
    keys.flatMap((key) =>
      definition[key] === undefined
        ? []
        : [{ path: [key], message: `is for tasks of type ${right} only, and this one is ${type}` }],
    )
  const problems = [
    ...(type === 'cron' ? [] : wrong(cronKeys, 'cron')),
    ...(type === 'daemon' ? [] : wrong(daemonKeys, 'daemon')),
  ]
  const { schedule, interval } = definition
  if (type === 'cron' && schedule === undefined && interval === undefined) {
    problems.push({ path: ['type'], message: 'cron needs a schedule or an interval' })
  }
  if (type === 'daemon' && definition.retry !== undefined) {
    problems.push({ path: ['retry'], message: 'is not for daemons; use restart' })
  }
  if (type === 'daemon' && definition.timeout !== undefined) {
    problems.push({ path: ['timeout'], message: 'is not for daemons, which go on running' })
  }
  return problems
}

function scheduleProblems(definition: TaskDefinition): DefinitionProblem[] {
  const { schedule, interval, timezone } = definition
  const problems: DefinitionProblem[] = []
  if (schedule !== undefined && interval !== undefined) {
    problems.push({ path: ['interval'], message: 'stands beside schedule; use one of the two' })
  }
  if (interval !== undefined && interval < shortestIntervalMs) {
    problems.push({ path: ['interval'], message: 'must be at least one second' })
  }
  const zoneIsWrong = timezone !== undefined && !isTimezone(timezone)
  if (zoneIsWrong) {
    problems.push({ path: ['timezone'], message: 'is no time zone; write it as Europe/Berlin or UTC' })
  }
  const wrong = schedule === undefined || zoneIsWrong ? undefined : checkCron(schedule, timezone)
  if (wrong !== undefined) problems.push({ path: ['schedule'], message: wrong })
  return problems
}

function stepsProblems(steps: readonly StepDefinition[]): DefinitionProblem[] {
  const before: string[] = []
  return steps.flatMap((step, index) => {
    const path = ['steps', index]
    const problems = actionProblems(step, path, 'A step')
    const name = stepName(step, index)
    if (before.includes(name)) {
      problems.push({ path: [...path, 'name'], message: `there is another step "${name}"` })
    }
    const wrong = step.if === undefined ? undefined : conditionProblem(step.if, before)
    if (wrong !== undefined) problems.push({ path: [...path, 'if'], message: wrong })
    before.push(name)
    return problems
  })
}

export function stepName(step: Pick<StepDefinition, 'name'>, index: number): string {
  return step.name ?? `step-${index + 1}`
}
