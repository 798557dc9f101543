/** Runs all steps once, in order. */
import { conditionHolds, type StepOutcome } from './condition.ts'
import { interruptionOf } from './interruption.ts'
import type { RunContext, StepEnd } from './run-context.ts'
import { facts, runStep } from './run-step.ts'
import type { Step } from './task.ts'

/**
 * @param until ends the step that runs, and those after it are skipped
 * @returns how it went: failed when a step failed that must not
 */
export async function runSteps(
  context: RunContext,
  until: AbortSignal,
  onLastStep: () => void = () => {},
): Promise<StepEnd> {
  const { task, keeper } = context
  const outcomes = new Map<string, StepOutcome>()
  let result: StepEnd = { state: 'completed' }
  for (const [index, step] of task.steps.entries()) {
    if (until.aborted) {
      const why = interruptionOf(until)
      skip(context, step, index, why.reason)
      if (result.state === 'completed') result = why
      continue
    }
    const wentWell = result.state === 'completed'
    if (!conditionHolds(step.if, { steps: outcomes, env: { ...context.env, ...step.env }, wentWell })) {
      skip(context, step, index, step.if === undefined ? 'a step before it failed' : `not so: ${step.if}`)
      outcomes.set(step.name, { state: 'skipped' })
      continue
    }
    if (index === task.steps.length - 1) onLastStep()
    const end = await runStep(context, index, until)
    keeper.changeStep(index, { ...facts(end), endedAt: new Date().toISOString() })
    outcomes.set(step.name, { state: end.state === 'completed' ? 'ok' : 'failed', exit: end.exitCode })
    if (end.state === 'stopped' || (end.state === 'failed' && !step.continueOnError && wentWell)) {
      result = { ...end, reason: `step ${step.name}: ${end.reason ?? end.state}` }
    }
  }
  return result
}

function skip({ keeper, log }: RunContext, step: Step, index: number, reason: string): void {
  log.note(step.name, `skipped: ${reason}`)
  keeper.changeStep(index, { state: 'skipped', reason })
}
