import { describe, expect, it } from 'vitest'
import { useService } from '../support/use-service.ts'

const { service, client, watch, launch } = useService()

describe('an agent on the embedded host', () => {
  it('believes what a program reports of itself (OSC 7501) before its screen', async () => {
    const message = Buffer.from('approve Bash: make clean').toString('base64')
    const report = (body: string) => `printf '\\033]7501;${body}\\033\\\\'`
    const script = [
      report(`state=blocked:kind=permission:msg=${message}`),
      'read answer',
      'echo ERROR: only quoted',
      report('state=idle'),
      'sleep 600',
    ]
    const events = watch()
    await launch('reporter', ['/bin/sh', '-c', script.join('\n')])
    await events.until((event) => event.type === 'blocker')
    expect(await client().session('reporter')).toMatchObject({
      state: 'waiting',
      source: 'program-status',
      waitsFor: { kind: 'permission', text: 'approve Bash: make clean' },
    })
    await client().inject('reporter', { text: 'yes' })
    await events.until((event) => event.type === 'state' && event.to === 'idle')
    expect(await client().session('reporter')).toMatchObject({ state: 'idle', source: 'program-status' })
  })

  it('types the task of an agent that takes it so, when it is up, in panes beside each other', async () => {
    const events = watch()
    const task = 'echo "the task: $((40 + 2))"'
    const env = { PATH: process.env['PATH'] ?? '' }
    const sessions = await client().launch({
      task,
      agent: 'shell',
      count: 2,
      layout: 'panes',
      cwd: service.work,
      env,
    })
    expect(sessions.map(({ name }) => name)).toEqual(['shell-1', 'shell-2'])
    for (const { id } of sessions) {
      await events.until((event) => event.type === 'injection' && event.session === id && event.confirmed)
      expect((await client().read(id)).lines.join('\n')).toContain('the task: 42')
    }
  })
})
