import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import type { EventLog } from '../support/running-service.ts'
import { launchStandIn, type StandIn } from '../support/stand-in-session.ts'
import { useService } from '../support/use-service.ts'

const under = useService()
const { service, client, reconnect, watch } = under
const limit = () => join(service.work, 'limit.txt')

beforeAll(() => {
  // Short where a person would wait; nothing depends on how long they are.
  const rules = 'confirm: 1s, settle: 2s, margin: 100ms, back_off: { first: 1h }, again: 1s'
  writeFileSync(service.home.config, `limits: { ${rules} }\n`)
})

function agent(name: string, login: string, options: object = {}): Promise<StandIn> {
  const env = { CLAUDE_CONFIG_DIR: join(service.work, login) }
  return launchStandIn(
    under,
    name,
    'limited',
    { limit: limit(), workMs: 600_000, ...options },
    { env, force: true },
  )
}

const told = (log: EventLog, what: string, name: string) =>
  log.until((event) => event.type === 'limit' && event.what === what && event.name === name)

async function until(fits: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await fits())) await delay(50)
}

const submitted = (one: StandIn) => one.log().flatMap(({ submitted: text }) => text ?? [])

describe('sessions of one account at its limit', () => {
  it('let nothing start, and go on one after the other, each typed into once although the service is killed', async () => {
    writeFileSync(limit(), 'Request rejected (429) · You have hit your limit · resets in 3h')
    const log = watch()
    const one = await agent('one', 'a')
    await told(log, 'parked', 'one')
    const two = await agent('two', 'a', { menu: true })
    await told(log, 'parked', 'two')
    await expect(
      client().launch({
        ...{ task: 'three', name: 'three', agent: 'claude', command: ['/bin/cat'], cwd: service.work },
        env: { CLAUDE_CONFIG_DIR: join(service.work, 'a') },
      }),
    ).rejects.toMatchObject({ code: 'account-limited', message: expect.stringContaining('seen by "one"') })
    expect(await client().session('one')).toMatchObject({ state: 'limited', limit: { attempts: 0 } })
    rmSync(limit())
    const [account] = (await client().limits()).accounts
    await client().clearLimit(account?.account ?? '')
    for (const agent of [one, two]) {
      await until(() => submitted(agent).includes('continue'))
      // Whether the screen was seen to take it is not on record yet, or just so.
      process.kill((await client().health()).pid, 'SIGKILL')
      await reconnect()
      await until(async () => (await client().session(agent.name)).limit === undefined)
    }
    expect(submitted(one)).toEqual(['do the task', 'continue'])
    expect(submitted(two)).toEqual(['do the task', 'continue'])
    expect(two.log().flatMap(({ chose }) => chose ?? [])).toEqual(['Stop and wait for limit to reset'])
    expect((await client().limits()).accounts).toEqual([])
  }, 120_000)
})
