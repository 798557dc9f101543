/** How a daemon is kept running, as people write it. */
import { z } from 'zod'
import { Duration } from '../../lib/duration-schema.ts'
import { Backoff } from '../../runner/task.ts'
import { CommandLine, LogPattern } from './common-fields.ts'

export const RestartDefinition = z.strictObject({
  policy: z.enum(['always', 'on-failure', 'never']).default('always'),
  delay: Duration.default(1_000),
  backoff: Backoff.default('exponential'),
  max_delay: Duration.default(300_000),
  /** So many restarts in a row, and it is given up; absent: never. */
  limit: z.int().nonnegative().optional(),
  /** So long running well, and the next restart counts as the first. */
  reset_after: Duration.default(60_000),
})

const Address = z.union([z.int().min(1).max(65_535), z.string()]).transform((value, context) => {
  const text = String(value)
  const [, host = '127.0.0.1', digits] = /^(?:(.+):)?(\d{1,5})$/u.exec(text) ?? []
  const port = Number(digits)
  if (port >= 1 && port <= 65_535) return { host: host.replace(/^\[(.*)\]$/u, '$1'), port }
  context.addIssue({ code: 'custom', message: 'must be a port, or host:port' })
  return z.NEVER
})

const checks = ['run', 'http', 'tcp', 'log'] as const

export const ProbeDefinition = z
  .strictObject({
    /** Well when it ends with 0. */
    run: CommandLine.optional(),
    /** Well when the answer is 2xx or 3xx. */
    http: z
      .url({ protocol: /^https?$/, error: 'must be an address such as http://127.0.0.1:8080/health' })
      .optional(),
    /** Well when a connection is taken. */
    tcp: Address.optional(),
    /** Well when a line fits; as `alive`: a line since the last check. */
    log: LogPattern.optional(),
    every: Duration.optional(),
    timeout: Duration.default(5_000),
    after: Duration.default(0),
    failures: z.int().positive().optional(),
  })
  .superRefine((probe, context) => {
    const given = checks.filter((check) => probe[check] !== undefined)
    if (given.length === 1) return
    context.addIssue({ code: 'custom', message: 'needs exactly one of run, http, tcp and log' })
  })
export type ProbeDefinition = z.output<typeof ProbeDefinition>
