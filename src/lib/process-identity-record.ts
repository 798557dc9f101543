/** How a process's identity stands in a file; apart from what looks at processes, which loads nothing for it. */
import { z } from 'zod'

export const ProcessIdentity = z.object({
  pid: z.int().positive(),
  /** When it started: ticks since boot on Linux, the time in UTC on macOS; absent when it could not be read. */
  start: z.string().optional(),
  /** Name of the computer, for people: it may change. */
  host: z.string(),
  /** The computer itself; absent where it has no id. */
  machine: z.string().optional(),
  /** New at every start of the computer. */
  boot: z.string().optional(),
  /** The pid namespace on Linux: pids of another container mean nothing here. */
  namespace: z.string().optional(),
})
export type ProcessIdentity = z.infer<typeof ProcessIdentity>
