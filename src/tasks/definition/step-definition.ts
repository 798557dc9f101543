/** A step as people write it. */
import { z } from 'zod'
import { Duration } from '../../lib/duration-schema.ts'
import { DoneDefinition } from '../../runner/parse-done.ts'
import { CommandLine, Environment, RetryDefinition } from './common-fields.ts'

/** Without dots: conditions say `steps.build.ok`. */
const StepName = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/,
    'is no name of a step: up to 64 letters, digits, hyphens and underscores, a letter or digit first',
  )

/** What an agent is given to do; the same at the top of a task with a single step. */
export const agentFields = {
  agent: z.string().min(1).optional(),
  /** The prompt itself … */
  prompt: z.string().min(1).optional(),
  /** … or a file with it, relative to the directory of the YAML file. */
  file: z.string().min(1).optional(),
  done: DoneDefinition.optional(),
}

export const StepDefinition = z.strictObject({
  name: StepName.optional(),
  run: CommandLine.optional(),
  ...agentFields,
  /** Such as `steps.audit.ok`; without it, the step runs when all before it went well. */
  if: z.string().min(1).optional(),
  /** Absolute, or relative to the task's. */
  cwd: z.string().min(1).optional(),
  env: Environment.default({}),
  timeout: Duration.optional(),
  retry: RetryDefinition.optional(),
  continue_on_error: z.boolean().default(false),
})
export type StepDefinition = z.output<typeof StepDefinition>
