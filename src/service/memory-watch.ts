/**
 * Has the service begin anew when it uses more memory than it may. No limit of the supervisor can do that: agents and
 * tasks are in the same cgroup, so `MemoryMax=` counts what they use, and ends whom the kernel picks.
 */
import { z } from 'zod'
import type { Clock } from '../lib/clock.ts'
import { Size } from '../lib/size-schema.ts'

/** A service with 50 idle sessions has 120 MB. */
const leastLimit = 256 * 1024 ** 2

const usualLimit = 1024 ** 3

/** `service:` of `config.yaml`. */
export const ServiceSettings = z.strictObject({
  /** Bytes. */
  memory_limit: Size.refine((bytes) => bytes >= leastLimit, 'must be at least 256MB').default(usualLimit),
})
export type ServiceSettings = z.output<typeof ServiceSettings>

const lookMs = 60_000
/** One large answer is no leak. */
const looksInARow = 3
/** One that needs so much from its start on would need it again: it is not started anew more often than this. */
const youngMs = 600_000

export interface MemoryWatchParts {
  clock: Clock
  /** In bytes, as it is now. */
  limit(): number
  /** Of this process, in bytes. */
  used(): number
  /** Called once. */
  tooMuch(used: number): void
}

/** @returns ends it */
export function watchMemory({ clock, limit, used, tooMuch }: MemoryWatchParts): () => void {
  const startedAt = clock.now()
  let over = 0
  let cancel = clock.after(lookMs, look)
  function look(): void {
    const now = used()
    over = now > limit() ? over + 1 : 0
    if (over >= looksInARow && clock.now() - startedAt >= youngMs) tooMuch(now)
    else cancel = clock.after(lookMs, look)
  }
  return () => cancel()
}
