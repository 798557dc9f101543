/** Tasks as people write them in config.yaml and iterm-orch.yaml. */
import { z } from 'zod'
import { ofWhole } from '../../lib/read-yaml.ts'
import { TaskName } from '../../runner/task.ts'
import { GroupName } from './common-fields.ts'
import { definitionProblems } from './definition-problems.ts'
import { TaskFields } from './task-fields.ts'

export const TaskDefinition = TaskFields.superRefine((definition, context) => {
  for (const { path, message } of definitionProblems(definition)) {
    context.addIssue({ code: 'custom', path, message, params: ofWhole })
  }
})

/** `tasks:` of a file. */
export const TaskDefinitions = z.record(TaskName, TaskDefinition)

/** `concurrency:` of a file: how many tasks of a group run at once; `all` is every task but daemons. */
export const ConcurrencyLimits = z.record(GroupName, z.int().positive())

/** `iterm-orch.yaml` of a project, and what `-f` names. */
export const TaskFile = z.strictObject({
  tasks: TaskDefinitions.default({}),
  concurrency: ConcurrencyLimits.superRefine((limits, context) => {
    if (!Object.hasOwn(limits, 'all')) return
    context.addIssue({ code: 'custom', path: ['all'], message: 'is set in config.yaml only' })
  }).default({}),
})

/** The same as a JSON Schema, for editors. */
export function taskFileSchema(): object {
  return { title: 'iterm-orch.yaml of a project', ...z.toJSONSchema(TaskFile, { io: 'input' }) }
}
