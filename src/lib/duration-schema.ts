import { z } from 'zod'
import { parseDuration } from './duration.ts'

const wrong = 'must be a duration such as 90s, 30m, 2h or 1d'

/** A duration in a YAML file, with its unit, or a number of seconds; gives milliseconds. */
export const Duration = z
  .union([z.number().positive(), z.string()], { error: wrong })
  .transform((value, context) => {
    const ms = typeof value === 'number' ? value * 1_000 : parseDuration(value)
    if (ms !== undefined) return ms
    context.addIssue({ code: 'custom', message: wrong })
    return z.NEVER
  })
