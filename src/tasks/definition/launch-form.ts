/** What `iterm-orch launch <name>` makes of a task: a session for a person to watch, without a run. */
import type { Task } from '../../runner/task.ts'
import type { NamedTask } from '../../sessions/task.ts'
import type { TaskDefinition } from './task-fields.ts'
import { toTask } from './to-task.ts'

export interface LaunchForm extends NamedTask {
  /** Its values are read when it is launched, and go before none of `env`. */
  envFile?: string
}

/** Of a task of config.yaml: without a directory of its own, the agent works where it is launched. */
export function launchForm(name: string, definition: TaskDefinition, base: string): LaunchForm {
  const { cwd, ...form } = launchFormOf(toTask(name, definition, { base, cwd: base }))
  const ownCwd = definition.cwd ?? definition.steps?.[0]?.cwd
  return { ...form, ...(ownCwd === undefined || cwd === undefined ? {} : { cwd }) }
}

/** Of a task that has its directory. */
export function launchFormOf({ name, steps, env, envFile }: Task): LaunchForm {
  const [step] = steps
  if (step === undefined || steps.length > 1 || step.action.kind !== 'agent') {
    const why = steps.length > 1 ? `it has ${steps.length} steps` : 'it runs a command'
    return { refused: { why, hint: `Run it with \`iterm-orch run ${name}\`.` } }
  }
  const { agent, prompt, file } = step.action
  return {
    ...(agent === undefined ? {} : { agent }),
    ...(prompt === undefined ? {} : { prompt }),
    ...(file === undefined ? {} : { file }),
    cwd: step.cwd,
    env: { ...env, ...step.env },
    ...(envFile === undefined ? {} : { envFile }),
  }
}

/** One whose file cannot be used: its name is kept, so that it is not taken for a prompt. */
export function brokenForm(file: string): LaunchForm {
  const hint = 'See `iterm-orch config check`.'
  return { refused: { why: `${file}, where it stands, has mistakes`, hint } }
}
