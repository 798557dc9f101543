import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, expect, it } from 'vitest'
import { ensurePrivateDirectory, resolveHome } from '../../src/lib/home.ts'
import { lockHolder, servicePaths, stopService } from '../../src/service/ensure-service.ts'

const home = resolveHome()
const holder = new URL('../support/lock-holder-main.ts', import.meta.url).pathname
const started: ChildProcess[] = []
afterAll(() => {
  for (const child of started) child.kill('SIGKILL')
})

/** A service as far as its lock tells. */
async function serviceWith(...wait: string[]): Promise<ChildProcess> {
  const args = ['--import', 'tsx', holder, servicePaths(home).lock, ...wait]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  started.push(child)
  await once(child.stdout, 'data')
  return child
}

it('a service is stopped, although the next one has begun before anybody could see that it was gone', async () => {
  ensurePrivateDirectory(home.run)
  const { pid } = await serviceWith()
  const next = await serviceWith('wait')
  expect(lockHolder(home)).toBe(pid)
  expect(await stopService(home)).toBe(true)
  await expect.poll(() => lockHolder(home)).toBe(next.pid)
  expect(next.exitCode ?? next.signalCode).toBeNull()
}, 60_000)
