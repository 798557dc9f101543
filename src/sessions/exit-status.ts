/** How a program ended, in words and as an exit code. */
import { z } from 'zod'

/** Where the embedded host tells it. */
export const exitStatusVariable = 'orch.exitStatus'

const ExitStatus = z.object({ exitCode: z.int(), signal: z.int().nullish() })
type ExitStatus = z.infer<typeof ExitStatus>

/**
 * @param told value of the terminal's variable; anything else than a status says nothing
 * @param heard what the tap in front of the program has told
 */
export function readExit(told: unknown, heard: ExitStatus | undefined): { reason?: string; code?: number } {
  const status = ExitStatus.safeParse(told).data ?? heard
  if (!status) return {}
  const { exitCode, signal } = status
  // A shell's way to say it: 128 and the signal.
  if (signal) return { reason: `the program was ended by signal ${signal}`, code: 128 + signal }
  return { reason: `the program ended with status ${exitCode}`, code: exitCode }
}
