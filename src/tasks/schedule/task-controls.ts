/** What people decided about tasks by commands. The YAML files stay as they are. */
import { join } from 'node:path'
import { z } from 'zod'
import { lookAtCopied, takeCopied, writeCopied } from '../../lib/copied-json-file.ts'
import type { Home } from '../../lib/home.ts'
import type { SetAside } from '../../lib/json-file.ts'
import type { LoadedTask } from '../definition/load-tasks.ts'

const TaskControl = z.object({
  /** In place of `enabled` in the YAML. */
  enabled: z.boolean().optional(),
  /** The project's file that the task was enabled from: only from there it is scheduled. Absent: config.yaml. */
  file: z.string().optional(),
  /** It was stopped by a command: it is not started by itself before it is run or enabled again. */
  held: z.boolean().optional(),
})
export type TaskControl = z.infer<typeof TaskControl>

/**
 * Whether a task runs by itself: its schedule is followed, or it is kept running.
 *
 * @param config the path of config.yaml
 */
export function isEnabled(
  { task, file }: Pick<LoadedTask, 'task' | 'file'>,
  { enabled, file: enabledFrom }: TaskControl,
  config: string,
): boolean {
  const isHome = file === config
  // A project's file schedules nothing by itself: somebody has to enable the task from there.
  if (enabled === true) return isHome ? enabledFrom === undefined : enabledFrom === file
  return enabled === undefined && isHome && task.enabled && task.type !== 'one-shot'
}

const ControlsFile = z.object({ version: z.literal(1), tasks: z.record(z.string(), TaskControl) })

export class TaskControls {
  readonly #path: string
  #tasks: Record<string, TaskControl> = {}

  constructor(home: Home) {
    this.#path = join(home.tasks, 'controls.json')
  }

  /** @throws {OrchError} when it cannot be read: to go on would enable what was disabled */
  load(onSetAside: (file: SetAside) => void): void {
    this.#tasks = takeCopied(this.#path, ControlsFile, onSetAside)?.tasks ?? {}
  }

  /** For a command that only tells: the file stays as it is. */
  look(broken: (what: string) => void): void {
    const content = lookAtCopied(this.#path, ControlsFile)
    if (content.kind === 'read') this.#tasks = content.value.tasks
    else if (content.kind !== 'missing') broken(`${this.#path} ${content.why}`)
  }

  of(task: string): TaskControl {
    return (Object.hasOwn(this.#tasks, task) ? this.#tasks[task] : undefined) ?? {}
  }

  /** The files that tasks were enabled from. */
  files(): string[] {
    const files = Object.values(this.#tasks).flatMap(({ enabled, file }) =>
      enabled === true && file !== undefined ? [file] : [],
    )
    return [...new Set(files)]
  }

  /** On the disk when it returns. */
  change(task: string, change: TaskControl): void {
    const before = this.of(task)
    const after = { ...before, ...change }
    if (JSON.stringify(before) === JSON.stringify(after)) return
    const tasks = { ...this.#tasks, [task]: after }
    writeCopied(this.#path, { version: 1, tasks })
    this.#tasks = tasks
  }
}
