import { once } from 'node:events'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { Run } from '../../src/runner/run.ts'
import { signalRun } from '../../src/runner/signal-run.ts'
import type { DaemonRules, Probe, Task } from '../../src/runner/task.ts'
import { useTaskRuns } from '../support/task-runs.ts'

const runs = useTaskRuns()
const rules: DaemonRules = {
  ...{ policy: 'always', delayMs: 10, backoff: 'exponential', maxDelayMs: 50, resetAfterMs: 3_600_000 },
}
const probe = (check: Probe['check'], failures = 1_000): Probe => ({
  ...{ check, everyMs: 30, timeoutMs: 5_000, afterMs: 0, failures },
})
const daemon = (name: string, command: string, more: Partial<DaemonRules> = {}, task: Partial<Task> = {}) =>
  runs.task([command], { name, type: 'daemon', daemon: { ...rules, ...more }, ...task })

it('starts a daemon again whenever it ends, and says how often and why', async () => {
  const run = await runs.start(daemon('again', 'echo up; exit 7'))
  const now = await runs.until(run, ({ restarts }) => restarts.length >= 3)
  expect(now.restarts[0]?.reason).toBe('step step-1: it ended with exit code 7')
  expect((await signalRun(runs.home, run, 'stop')).run).toMatchObject({ state: 'stopped' })
})

it('gives up after so many restarts', async () => {
  const run = await runs.ended(await runs.start(daemon('limit', 'exit 7', { limit: 2 })))
  expect(run).toMatchObject({ state: 'failed', attempt: 3 })
  expect(run.reason).toBe(
    'it was started again 2 times, and ended again: step step-1: it ended with exit code 7',
  )
})

it('follows its policy', async () => {
  const once = await runs.ended(await runs.start(daemon('never', 'exit 7', { policy: 'never' })))
  expect(once).toMatchObject({ state: 'failed', attempt: 1, restarts: [] })
  const clean = await runs.ended(await runs.start(daemon('clean', 'true', { policy: 'on-failure' })))
  expect(clean).toMatchObject({ state: 'completed', attempt: 1 })
})

it('is ready at once without a probe, with one when that holds', async () => {
  const plain = await runs.start(daemon('plain', 'sleep 600'))
  await runs.until(plain, ({ readyAt }) => readyAt !== undefined)
  const file = join(runs.work, 'ready')
  const ready = probe({ kind: 'run', run: `test -e ${file} || { echo not yet >&2; exit 4; }` })
  const run = await runs.start(daemon('ready', 'sleep 600', { ready }))
  expect((await runs.until(run, (now) => now.probe !== undefined)).probe).toBe('exit code 4')
  writeFileSync(file, '')
  expect((await runs.until(run, ({ readyAt }) => readyAt !== undefined)).probe).toBeUndefined()
  expect(runs.printed('ready', 'probe', 'stderr')).toContain('not yet')
})

it('is ready with a line of its log', async () => {
  const go = join(runs.work, 'go')
  const command = `while ! test -e ${go}; do sleep 0.05; done; echo listening on 8080; sleep 600`
  const run = await runs.start(
    daemon('line', command, { ready: probe({ kind: 'log', pattern: 'listening on \\d+' }) }),
  )
  await runs.until(run, (now) => now.probe !== undefined)
  writeFileSync(go, '')
  await runs.until(run, ({ readyAt }) => readyAt !== undefined)
})

it('asks over HTTP and TCP', async () => {
  let status = 503
  const server = createServer((_, response) => response.writeHead(status).end())
  const port = await listen(server)
  try {
    const url = `http://127.0.0.1:${port}/health`
    const http = await runs.start(daemon('http', 'sleep 600', { ready: probe({ kind: 'http', url }) }))
    const tcp = await runs.start(
      daemon('tcp', 'sleep 600', { ready: probe({ kind: 'tcp', host: '127.0.0.1', port }) }),
    )
    await runs.until(tcp, ({ readyAt }) => readyAt !== undefined)
    expect((await runs.until(http, (now) => now.probe !== undefined)).probe).toBe(`${url} answered 503`)
    status = 200
    await runs.until(http, ({ readyAt }) => readyAt !== undefined)
  } finally {
    server.closeAllConnections()
    server.close()
  }
})

it('starts a daemon again that does not become ready, or is not alive any more', async () => {
  const ready = probe({ kind: 'run', run: 'false' }, 2)
  const never = await runs.ended(await runs.start(daemon('unready', 'sleep 600', { ready, limit: 1 })))
  expect(never.restarts[0]?.reason).toBe('step step-1: it did not become ready: exit code 1')

  const file = join(runs.work, 'alive')
  writeFileSync(file, '')
  const alive = probe({ kind: 'run', run: ['test', '-e', file] }, 2)
  const run = await runs.start(daemon('dies', 'sleep 600', { alive }))
  await runs.until(run, ({ readyAt }) => readyAt !== undefined)
  rmSync(file)
  const now = await runs.until(run, ({ restarts }) => restarts.length > 0)
  expect(now.restarts[0]?.reason).toBe('step step-1: it is not alive: exit code 1')
  expect(existsSync(file)).toBe(false)
})

it('asks by HTTP, TCP and the log whether a daemon is alive, and starts it again when it is not', async () => {
  let status = 200
  const web = createServer((_, response) => response.writeHead(status).end())
  const port = await listen(web)
  const url = `http://127.0.0.1:${port}/health`
  const closing = createServer()
  const gone = await listen(closing)
  const file = join(runs.work, 'beats')
  const beats = `while :; do sleep 0.05; test ! -e ${file} || echo beat; done`
  const alive = (check: Probe['check'], more: Partial<Probe> = {}) => ({
    alive: { ...probe(check, 2), ...more },
    limit: 1_000,
  })
  try {
    const http = await runs.start(daemon('http-alive', 'sleep 600', alive({ kind: 'http', url })))
    const tcp = await runs.start(
      daemon('tcp-alive', 'sleep 600', alive({ kind: 'tcp', host: '127.0.0.1', port: gone })),
    )
    const log = await runs.start(
      daemon('log-alive', beats, alive({ kind: 'log', pattern: '^beat$' }, { everyMs: 100, failures: 40 })),
    )
    await runs.until(http, ({ readyAt }) => readyAt !== undefined)
    await runs.until(tcp, ({ readyAt }) => readyAt !== undefined)
    status = 500
    closing.close()
    const firstEnd = async (run: Run) =>
      (await runs.until(run, ({ restarts }) => restarts.length > 0)).restarts[0]?.reason
    expect(await firstEnd(http)).toBe(`step step-1: it is not alive: ${url} answered 500`)
    expect(await firstEnd(tcp)).toMatch(/it is not alive: .*ECONNREFUSED/)

    await runs.until(log, (now) => now.probe === 'no line fitted /^beat$/')
    writeFileSync(file, '')
    await runs.until(log, ({ probe: problem, readyAt }) => readyAt !== undefined && problem === undefined)
    rmSync(file)
    expect(await firstEnd(log)).toBe('step step-1: it is not alive: no line fitted /^beat$/')
    for (const run of [http, tcp, log]) await signalRun(runs.home, run, 'kill')
  } finally {
    web.closeAllConnections()
    web.close()
  }
}, 60_000)

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}
