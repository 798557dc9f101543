import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ServiceClient } from '../../src/service/client.ts'
import { asksToTrust } from '../../src/sessions/make-ready.ts'
import { launchStandIn } from '../support/stand-in-session.ts'
import { useService } from '../support/use-service.ts'

const world = useService()
const { client } = world

/** A program named `claude` that writes its arguments down and ends. */
function fakeClaude(): { bin: string; calls: () => string[][] } {
  const bin = join(world.service.work, 'bin')
  const log = join(world.service.work, 'calls')
  mkdirSync(bin, { recursive: true })
  const script = `#!/bin/sh\n(for a in "$@"; do printf '%s\\t' "$a"; done; echo) >> '${log}'\nsleep 1.3\n`
  writeFileSync(join(bin, 'claude'), script, { mode: 0o755 })
  const calls = () =>
    readFileSync(log, 'utf8')
      .split('\n')
      .slice(0, -1)
      .map((line) => line.split('\t').slice(0, -1))
  return { bin, calls }
}

async function ended(service: ServiceClient, name: string): Promise<void> {
  const events = world.watch()
  if ((await service.session(name)).state === 'exited') return
  await events.until((event) => event.type === 'exited' && event.name === name)
}

describe('a launched agent', () => {
  it('has a conversation id of ours, on the disk, and goes on in it when it is resumed', async () => {
    const { bin, calls } = fakeClaude()
    const env = { PATH: `${bin}:${process.env['PATH']}` }
    const cwd = world.service.work
    const [info] = await client().launch({
      task: 'tidy up',
      agent: 'claude',
      name: 'c',
      cwd,
      env,
      brief: 'none',
    })
    const record = JSON.parse(readFileSync(join(world.service.home.sessions, `${info?.id}.json`), 'utf8'))
    expect(calls()[0]).toEqual(['--session-id', record.conversation, 'tidy up'])
    await ended(client(), 'c')
    await client().resume('c', env)
    expect(calls()[1]).toEqual(['--resume', record.conversation])
  })

  it('begins a new conversation when it is started again', async () => {
    const { bin, calls } = fakeClaude()
    const env = { PATH: `${bin}:${process.env['PATH']}` }
    const cwd = world.service.work
    await client().launch({ task: 'tidy up', agent: 'claude', name: 'r', cwd, env, brief: 'none' })
    const before = calls().length
    await client().restart('r', env)
    const [first, second] = [calls()[before - 1], calls()[before]]
    expect(second).toEqual(['--session-id', expect.not.stringMatching(first?.[1] ?? ''), 'tidy up'])
  })

  it('that asks something first is said to wait', async () => {
    const options = ['Dark mode', 'Light mode']
    await launchStandIn(world, 'theme', 'dialogs', {
      dialogs: [{ question: 'Choose the text style', options, subject: 'Let us get started.' }],
    })
    expect(await client().session('theme')).toMatchObject({ state: 'waiting' })
    await expect(client().resume('theme')).rejects.toMatchObject({ code: 'usage' })
  })
})

describe('the question for trust', () => {
  const about = (context: string) => ({
    kind: 'trust' as const,
    question: 'Do you trust the files in this folder?',
    subject: '',
    subjectKind: 'none' as const,
    context,
    options: [],
    truncated: false,
    fingerprint: 'x',
  })

  it('is about the directory only when it names exactly that one', () => {
    expect(asksToTrust(about('Accessing workspace:\n/usr/lib\nQuick check'), '/usr/lib')).toBe(true)
    expect(asksToTrust(about('You are in /usr/l\nib.'), '/usr/lib')).toBe(true)
    for (const other of ['/usr', '/usr/lib64', '/usr/lib/x', '/usr/lib-old', '~/lib', '']) {
      expect(asksToTrust(about(`You are in ${other}`), '/usr/lib')).toBe(false)
    }
  })

  it('is not any other question that names it', () => {
    expect(asksToTrust({ ...about('/usr/lib'), kind: 'permission' }, '/usr/lib')).toBe(false)
  })
})
