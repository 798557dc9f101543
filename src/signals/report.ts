/** What a program says of itself, from wherever it comes: Program Status (OSC 7501) or a hook of its own. */
import { z } from 'zod'

export const Report = z.strictObject({
  /** `clear` takes back what was reported under the id, and everything below it. */
  state: z.enum(['idle', 'working', 'blocked', 'done', 'error', 'clear']),
  /** Which of the program's parts speaks, `a/b` being a part of `a`; empty for the program itself. */
  id: z.string().max(128).default(''),
  /** What it is blocked on. */
  kind: z.enum(['permission', 'question', 'auth']).optional(),
  /** The program's own words, on one line: untrusted, never an authorisation, never markup. */
  message: z.string().max(2_048).optional(),
  title: z.string().max(192).optional(),
  /** Name of the program, such as `claude`. */
  app: z.string().max(32).optional(),
  /** 0 to 100. */
  progress: z.number().min(0).max(100).optional(),
})
export type Report = z.infer<typeof Report>
