/** Pausing: the process writes down that it is paused, and stops all of the run, itself included. */
import { findProcesses, signalProcesses } from './processes-of-run.ts'
import { rest } from './run-attempts.ts'
import type { RunContext } from './run-context.ts'
import { isOver } from './run-state.ts'

/** SIGTSTP pauses, SIGCONT resumes, or has the record written anew. The session of an agent goes on; the time of its step stands still. */
export function obeyPauses(context: RunContext): void {
  const { keeper, clock, log } = context
  let before: { state: typeof keeper.run.state; reason: string } | undefined
  process.on('SIGTSTP', () => {
    const { state, reason } = keeper.run
    if (before || isOver(keeper.run)) return
    before = { state, reason }
    clock.standStill()
    log.note('', 'paused')
    keeper.change({
      state: 'paused',
      reason: `paused; before: ${reason}`,
      pausedAt: new Date().toISOString(),
    })
    stopOthers(context)
    process.kill(process.pid, 'SIGSTOP')
  })
  process.on('SIGCONT', () => {
    // Whoever cannot read the record asks for it in this way.
    if (!before) return keeper.change({})
    const { state, reason } = before
    before = undefined
    signalProcesses(findProcesses(rest(context)), 'SIGCONT')
    clock.goOn()
    log.note('', 'resumed')
    if (keeper.run.state === 'paused') keeper.change({ state, reason, pausedAt: undefined })
  })
}

/** Until all are: one that was not stopped yet may have forked. */
function stopOthers(context: RunContext): void {
  for (let round = 0; round < 20; round++) {
    const going = findProcesses(rest(context)).filter(({ stopped }) => !stopped)
    if (going.length === 0) return
    signalProcesses(going, 'SIGSTOP')
  }
}
