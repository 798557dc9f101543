import { z } from 'zod'

/** Words for priorities, as numbers. */
const priorities = { low: -10, normal: 0, high: 10, urgent: 20 } as const

/** What goes first: a whole number, or a word for one. */
export const Priority = z.union(
  [
    z.int().min(-100).max(100),
    z.enum(['low', 'normal', 'high', 'urgent']).transform((word) => priorities[word]),
  ],
  { error: 'must be low, normal, high, urgent, or a whole number from -100 to 100' },
)
