import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { hostStatus } from '../../src/host/index.ts'
import { useService } from '../support/use-service.ts'

const { service, client, watch, launch, reconnect } = useService()

describe('sessions on the embedded host', () => {
  it('fails clearly when the program dies at once, with its last screen, and leaves nothing open', async () => {
    await expect(launch('dead', ['/bin/sh', '-c', 'echo no licence; exit 3'])).rejects.toMatchObject({
      code: 'launch-failed',
      message: expect.stringMatching(/status 3.*no licence/s),
    })
    expect(await client().sessions()).toEqual([])
    expect(readdirSync(service.home.sessions)).toEqual([])
  })

  it('knows the end of a program, and starts it again', async () => {
    const events = watch()
    await launch('brief', ['/bin/sh', '-c', 'echo "home is $MARK"; sleep 1.5; exit 4'])
    await events.until((event) => event.type === 'exited')
    expect(await client().session('brief')).toMatchObject({ state: 'exited', exitCode: 4 })
    await client().restart('brief', { PATH: '/usr/bin:/bin', MARK: 'new' })
    expect(await client().session('brief')).toMatchObject({ state: 'working' })
    expect((await client().read('brief')).lines.join('\n')).toContain('home is new')
    expect(existsSync(join(service.home.run, `env-${(await client().session('brief')).id}`))).toBe(false)
  })

  it('shows to whoever is attached that the program has ended', async () => {
    await launch('ending', ['/bin/sh', '-c', 'echo here; sleep 2'])
    for await (const frame of client().frames('ending')) if (frame.exited) break
    expect(await client().session('ending')).toMatchObject({ state: 'exited' })
  })

  it('loses no session when the service is killed', async () => {
    const [one] = await launch('survivor', ['./asker.sh'], 'task one')
    const { pid } = await client().health()
    process.kill(pid, 'SIGKILL')
    await reconnect()
    expect((await client().health()).pid).not.toBe(pid)
    expect(await client().session('survivor')).toMatchObject({
      id: one?.id,
      name: 'survivor',
      task: 'task one',
      state: 'waiting',
    })
    const events = watch()
    expect(await client().inject('survivor', { text: 'y' })).toMatchObject({ confirmed: true })
    await events.until((event) => event.type === 'blocker' && event.blocker.kind === 'question')
  })

  it('sees and says that the host was killed, and launches in a new one', async () => {
    const events = watch()
    await launch('victim', ['./asker.sh'])
    const { pid } = await hostStatus(service.home)
    if (pid !== undefined) process.kill(pid, 'SIGKILL')
    await events.until((event) => event.type === 'terminal' && event.state === 'gone')
    expect(await client().session('victim')).toMatchObject({
      state: 'exited',
      reason: expect.stringContaining('terminal lost'),
    })
    const [next] = await launch('next', ['./asker.sh'])
    expect(next).toMatchObject({ name: 'next' })
    expect((await hostStatus(service.home)).pid).not.toBe(pid)
  })
})
