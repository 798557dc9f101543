/** What the states of a run mean; loads nothing, for the task process. */
import type { Run, RunState } from './run.ts'

const over: ReadonlySet<RunState> = new Set(['completed', 'failed', 'stopped', 'skipped'])

/** It has ended, and is never changed again. */
export function isOver({ state }: Pick<Run, 'state'>): boolean {
  return over.has(state)
}

/** A process has it, or had it when the record was written. */
export function hasBegun(run: Pick<Run, 'state'>): boolean {
  return run.state !== 'queued' && !isOver(run)
}

/** Whether sessions may be left of it. */
export function hasAgents({ definition }: Pick<Run, 'definition'>): boolean {
  return definition.steps.some(({ action }) => action.kind === 'agent')
}
