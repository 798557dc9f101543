import type { Executor } from '../run/executor.ts'
import { AgentVersions } from './agent-version.ts'
import { concludeAttempt } from './conclude.ts'
import type { ExecutorOptions } from './executor-options.ts'
import { prepareAttempt } from './prepare.ts'

/** Has the documents of projects worked on by agents: headless, or in a session of the terminal. */
export function createExecutor(options: ExecutorOptions): Executor {
  const versions = new AgentVersions()
  return {
    prepare: (order) => prepareAttempt(options, versions, order),
    conclude: (order, attempt, run, record) => concludeAttempt(options, { order, attempt, run, record }),
  }
}
