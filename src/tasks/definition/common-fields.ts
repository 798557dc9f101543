/** Fields that a task and its steps have alike. */
import { z } from 'zod'
import { Duration } from '../../lib/duration-schema.ts'
import { Backoff } from '../../runner/task.ts'

/** Of a group or a concurrency group. */
export const GroupName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'must be letters, digits, dots, hyphens and underscores')

/** A line for the shell, or a program with its arguments. */
export const CommandLine = z.union([z.string().trim().min(1), z.array(z.string()).min(1)], {
  error: 'must be a command, or a list of a program and its arguments',
})

/** Strings only: YAML reads 1.10 as 1.1 and 007 as 7. */
export const Environment = z.record(
  z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'is no name of a variable'),
  z.string({ error: 'must be a text; put it in quotes, so that it arrives as it is written' }),
)

export const RetryDefinition = z
  .strictObject({
    times: z.int().min(0).max(1_000),
    backoff: Backoff.default('exponential'),
    delay: Duration.default(10_000),
    max_delay: Duration.default(600_000),
  })
  .transform(({ times, backoff, delay, max_delay }) => ({
    times,
    backoff,
    delayMs: delay,
    maxDelayMs: Math.max(delay, max_delay),
  }))

/** A regular expression of JavaScript. */
export const LogPattern = z
  .string()
  .min(1)
  .max(500)
  .superRefine((pattern, context) => {
    try {
      new RegExp(pattern, 'u')
    } catch (error) {
      const why = error instanceof Error ? error.message.replace(/^.*: /u, '') : 'it cannot be read'
      context.addIssue({ code: 'custom', message: `is no regular expression: ${why}` })
    }
  })
