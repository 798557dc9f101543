/** What `iterm-orch launch <name>` makes of a task: a session for a person to watch, without a run. */
import { expandPath } from '../../lib/expand-path.ts'
import type { NamedTask } from '../../sessions/task.ts'
import type { TaskDefinition } from './task-fields.ts'
import { toTask } from './to-task.ts'

export function launchForm(name: string, definition: TaskDefinition, base: string): NamedTask {
  const { steps, cwd, env } = toTask(name, definition, { base, cwd: base })
  const [step] = steps
  if (step === undefined || steps.length > 1 || step.action.kind !== 'agent') {
    return { refused: steps.length > 1 ? `has ${steps.length} steps` : 'runs a command' }
  }
  const { agent, prompt, file } = step.action
  const ownCwd = definition.cwd ?? definition.steps?.[0]?.cwd
  return {
    ...(agent === undefined ? {} : { agent }),
    ...(prompt === undefined ? {} : { prompt }),
    ...(file === undefined ? {} : { file }),
    // Without a directory of its own, the agent works where it is launched.
    ...(ownCwd === undefined ? {} : { cwd: expandPath(step.cwd, cwd) }),
    env: { ...env, ...step.env },
  }
}
