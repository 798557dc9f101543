/** An alert as people write it. */
import { z } from 'zod'
import { Duration } from '../../lib/duration-schema.ts'
import { Severity } from '../../runner/task.ts'
import { LogPattern } from './common-fields.ts'

const tenMinutes = 600_000

export const AlertDefinition = z.discriminatedUnion(
  'on',
  [
    z.strictObject({ on: z.literal('failed'), severity: Severity.default('warning') }),
    z.strictObject({ on: z.literal('completed'), severity: Severity.default('info') }),
    z.strictObject({ on: z.literal('missed'), severity: Severity.default('warning') }),
    z.strictObject({ on: z.literal('slow'), after: Duration, severity: Severity.default('warning') }),
    z.strictObject({ on: z.literal('log'), match: LogPattern, severity: Severity.default('warning') }),
    z.strictObject({
      on: z.literal('restarts'),
      times: z.int().positive().default(3),
      within: Duration.default(tenMinutes),
      severity: Severity.default('warning'),
    }),
  ],
  { error: 'must be one of failed, completed, missed, slow, log and restarts' },
)
export type AlertDefinition = z.output<typeof AlertDefinition>
