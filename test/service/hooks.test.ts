import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { hookDirectory, leaveHookFile } from '../../src/signals/hooks/hook-files.ts'
import { reportHook } from '../../src/signals/hooks/report-hook.ts'
import { RunningService } from '../support/running-service.ts'

let running: RunningService
beforeEach(() => {
  running = new RunningService()
})
afterEach(() => running.stop())

function call(): Promise<void> {
  const env = { ITERM_ORCH_HOME: running.home.root, ITERM_ORCH_SESSION: 'S' }
  const payload = JSON.stringify({ hook_event_name: 'PreToolUse', tool_name: 'Bash' })
  return reportHook(['--agent', 'claude'], env, Readable.from([Buffer.from(payload)]))
}

function waiting(): string[] {
  return readdirSync(hookDirectory(running.home.state)).filter((name) => name.endsWith('.json'))
}

it('takes the reports that were left while it was away, and then those that are sent', async () => {
  await call()
  expect(waiting()).toHaveLength(1)
  await running.client()
  expect(waiting()).toEqual([])
  await call()
  expect(waiting()).toEqual([])
})

it('takes what is left while it runs, and keeps aside what is no report', async () => {
  await running.client()
  const directory = hookDirectory(running.home.state)
  leaveHookFile(directory, { id: 'a' })
  while (!existsSync(join(directory, 'broken', 'a.json'))) await delay(20)
  const report = { id: 'b', at: 1, agent: 'claude', payload: {} }
  leaveHookFile(directory, report)
  while (waiting().length > 0) await delay(20)
  expect(readdirSync(join(directory, 'broken'))).toEqual(['a.json'])
})

it('starts although the place for reports is taken by something else', async () => {
  mkdirSync(join(hookDirectory(running.home.state), 'odd.json'), { recursive: true })
  const { socketPath } = await running.client()
  expect(await post(socketPath, '{"id":"x"}')).toBe(400)
})

function post(socketPath: string, body: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' }
    request({ socketPath, path: '/v1/hooks', method: 'POST', host: 'localhost', headers }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
      .on('error', reject)
      .end(body)
  })
}
