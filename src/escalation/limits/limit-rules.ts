/** The `limits:` part of config.yaml: what happens at a usage limit, and how sessions go on after it. */
import { z } from 'zod'
import { Duration } from '../../lib/duration-schema.ts'

const hour = 3_600_000

export const LimitRules = z.strictObject({
  /** `false`: nothing is held back, nothing is resumed. */
  enabled: z.boolean().default(true),
  /** Whether sessions are made to go on by themselves. */
  resume: z.boolean().default(true),
  /** So often a session is made to go on in vain before a person is asked. */
  attempts: z.int().min(1).max(100).default(5),
  /** A limit that only stands on a screen must stand there for so long. */
  confirm: Duration.default(10_000),
  /** A session that goes on for so long has no limit any more; then it is the turn of the next one. */
  settle: Duration.default(60_000),
  /** So long after the time that the screen names: clocks differ, and limits are known to end late. */
  margin: Duration.default(60_000),
  /** Where no time is known, or the limit was still there at it: 1, 2, 4, 8, 16 hours. */
  back_off: z
    .strictObject({
      first: Duration.default(hour),
      factor: z.number().min(1).max(10).default(2),
      longest: Duration.default(16 * hour),
    })
    .prefault({}),
  /** A session that could not be typed into, because of a draft or a dialog, is tried again after this. */
  again: Duration.default(300_000),
})
export type LimitRules = z.infer<typeof LimitRules>
