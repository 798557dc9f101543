/** Tasks as people write them in config.yaml and iterm-orch.yaml. */
import { z } from 'zod'
import { GroupName } from './common-fields.ts'
import { definitionProblems } from './definition-problems.ts'
import { TaskName } from './task.ts'
import { TaskFields } from './task-fields.ts'

export const TaskDefinition = TaskFields.superRefine((definition, context) => {
  for (const { path, message } of definitionProblems(definition)) {
    context.addIssue({ code: 'custom', path, message })
  }
})

/** `tasks:` of a file. */
export const TaskDefinitions = z.record(TaskName, TaskDefinition)

/** `concurrency:` of a file: how many tasks of a group run at once; `all` is every task but daemons. */
export const ConcurrencyLimits = z.record(GroupName, z.int().positive())
