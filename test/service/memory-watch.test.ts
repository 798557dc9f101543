import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it, onTestFinished } from 'vitest'
import { lockHolder } from '../../src/service/ensure-service.ts'
import { ServiceSettings, watchMemory } from '../../src/service/memory-watch.ts'
import { onItsOwn } from '../../src/service/supervised.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { RunningService, serviceCommand } from '../support/running-service.ts'

const minute = 60_000

/** What it says when so much is used in each minute. */
function said(...used: number[]): number[] {
  const clock = new FakeClock()
  const heard: number[] = []
  let now = 0
  watchMemory({ clock, limit: () => 100, used: () => now, tooMuch: (bytes) => heard.push(bytes) })
  for (const bytes of used) {
    now = bytes
    clock.pass(minute)
  }
  return heard
}

const calm = Array<number>(20).fill(50)

describe('the watch over the memory of the service', () => {
  it('tells of too much when it lasts, and once', () => {
    expect(said(...calm, 101, 102, 103, 104, 105, 106)).toEqual([103])
  })

  it('lets peaks pass', () => {
    expect(said(...calm, 101, 102, 50, 101, 102, 100, 101, 102)).toEqual([])
  })

  it('does not start a service anew all the time that needs so much from its start on', () => {
    expect(said(...Array<number>(9).fill(200))).toEqual([])
    expect(said(...Array<number>(10).fill(200))).toEqual([200])
  })

  it('asks for the limit each time, for it may be changed', () => {
    const clock = new FakeClock()
    const heard: number[] = []
    let limit = 300
    watchMemory({ clock, limit: () => limit, used: () => 200, tooMuch: (bytes) => heard.push(bytes) })
    clock.pass(20 * minute)
    expect(heard).toEqual([])
    limit = 100
    clock.pass(3 * minute)
    expect(heard).toEqual([200])
  })

  it('looks no more when it is ended', () => {
    const clock = new FakeClock()
    const leave = watchMemory({ clock, limit: () => 1, used: () => 2, tooMuch: () => expect.fail() })
    clock.pass(5 * minute)
    leave()
    clock.pass(60 * minute)
  })
})

describe('service.memory_limit', () => {
  it('is no less than a service needs', () => {
    expect(ServiceSettings.parse({})).toEqual({ memory_limit: 1024 ** 3 })
    expect(ServiceSettings.parse({ memory_limit: '300MB' })).toEqual({ memory_limit: 300 * 1024 ** 2 })
    expect(ServiceSettings.safeParse({ memory_limit: '100MB' }).success).toBe(false)
  })
})

describe('a service that uses too much memory', () => {
  it('starts its successor when a command has started it', async () => {
    const service = new RunningService()
    onTestFinished(() => service.stop())
    const { code, pid } = await runFull(service, { [onItsOwn]: '1' })
    expect(code).toBe(0)
    const present = () =>
      service
        .present()
        .health()
        .then((health) => health.pid)
        .catch(() => undefined)
    await expect.poll(present, { timeout: 90_000 }).toEqual(expect.any(Number))
    expect(await present()).not.toBe(pid)
  }, 120_000)

  it('fails where a supervisor has started it, which starts it again', async () => {
    const service = new RunningService()
    onTestFinished(() => service.stop())
    expect((await runFull(service)).code).toBe(1)
    expect(lockHolder(service.home)).toBeUndefined()
  }, 120_000)
})

async function runFull({ home }: RunningService, marks: NodeJS.ProcessEnv = {}) {
  const [program = '', ...args] = serviceCommand
  const env = { ...process.env, ITERM_ORCH_HOME: home.root, FULL_MEMORY: '1', ...marks }
  const child = spawn(program, args, { env, stdio: 'ignore' })
  const [code] = await once(child, 'exit')
  return { code, pid: child.pid }
}
