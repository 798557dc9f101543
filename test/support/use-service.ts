/** One service for all tests of a file, over the embedded host; each test begins without sessions. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll } from 'vitest'
import type { SessionInfo } from '../../src/service/api.ts'
import type { ServiceClient } from '../../src/service/client.ts'
import { EventLog, RunningService } from './running-service.ts'

/** Asks, works with the answer, asks again, and is done. */
const asker = `#!/bin/sh
echo starting up
printf 'PERMISSION: may I delete old.log? [y/n] '
read answer
echo "got <$answer>"
sleep 0.2
printf 'QUESTION: which config? '
read config
echo "COMPLETE: used $config"
sleep 600
`

export interface ServiceUnderTest {
  service: RunningService
  client(): ServiceClient
  /** After the service was killed. */
  reconnect(): Promise<void>
  /** Collects events from now on, until the test ends. */
  watch(): EventLog
  launch(name: string, command: string[], task?: string): Promise<SessionInfo[]>
}

/** `asker.sh` is in the directory where the programs are started. */
export function useService(): ServiceUnderTest {
  const service = new RunningService()
  const logs: EventLog[] = []
  let present: ServiceClient | undefined
  const client = () => {
    if (present) return present
    throw new Error('the service does not run yet')
  }
  const reconnect = async () => {
    present = await service.client()
  }
  beforeAll(async () => {
    await reconnect()
    writeFileSync(join(service.work, 'asker.sh'), asker, { mode: 0o755 })
  })
  afterEach(async () => {
    for (const log of logs.splice(0)) log.stop()
    const sessions = await client().sessions()
    await Promise.all(sessions.map(({ id }) => client().close(id, { force: true })))
  })
  afterAll(() => service.stop())
  return {
    service,
    client,
    reconnect,
    watch: () => {
      const log = new EventLog(client())
      logs.push(log)
      return log
    },
    launch: (name, command, task = 'clean up the logs') =>
      client().launch({ task, name, command, cwd: service.work, env: { PATH: process.env['PATH'] ?? '' } }),
  }
}
