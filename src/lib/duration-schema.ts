import { z } from 'zod'
import { parseDuration } from './duration.ts'

/** A duration in a YAML file, with its unit, or a number of seconds; gives milliseconds. */
export const Duration = z.union([z.number().positive(), z.string()]).transform((value, context) => {
  const ms = typeof value === 'number' ? value * 1_000 : parseDuration(value)
  if (ms !== undefined) return ms
  context.addIssue({ code: 'custom', message: 'must be a duration such as 90s, 30m, 2h or 1d' })
  return z.NEVER
})
