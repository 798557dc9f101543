import type { Executor, TaskOrder } from '../run/executor.ts'
import { AgentVersions } from './agent-version.ts'
import { concludeAttempt } from './conclude.ts'
import type { ExecutorOptions } from './executor-options.ts'
import { Git } from './git.ts'
import { Preparations } from './preparations.ts'
import { prepareAttempt } from './prepare.ts'
import { leaveUnused } from './worktree.ts'

/** Has the documents of projects worked on by agents: headless, or in a session of the terminal. */
export function createExecutor(options: ExecutorOptions): Executor {
  const versions = new AgentVersions()
  const preparations = new Preparations()
  const keyOf = ({ project, id }: TaskOrder) => JSON.stringify([project.path, id])
  return {
    prepare: (order) => preparations.prepare(keyOf(order), () => prepareAttempt(options, versions, order)),
    unprepare: (order) => preparations.undo(keyOf(order), () => unprepare(options, order)),
    conclude: (order, attempt, run, record) => concludeAttempt(options, { order, attempt, run, record }),
  }
}

async function unprepare(options: ExecutorOptions, { project, id, plan }: TaskOrder): Promise<void> {
  if (plan.worktree === false) return
  try {
    await leaveUnused(new Git(project.path, options.environment()), project.path, id)
  } catch {
    // What stays there is found by the next attempt, and named by `project tidy`.
  }
}
