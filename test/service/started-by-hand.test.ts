/** Agents that somebody starts in a shell session: programs of an agent's name, in the embedded host. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { readCast, screensAtMarkers } from '../support/screen-player.ts'
import { type Arrived, parseArrived } from '../support/stand-in-session.ts'
import { useService } from '../support/use-service.ts'

const { service, client, watch } = useService()

/** Puts a stand-in on the PATH under the name of an agent; Ctrl-D ends it. */
function install(name: string, options: object): { bin: string; log(): Arrived[] } {
  const bin = join(service.work, 'bin')
  const log = join(bin, `${name}.log`)
  const standIn = fileURLToPath(new URL('../support/stand-ins/dialogs.mjs', import.meta.url))
  mkdirSync(bin, { recursive: true })
  const script = `#!/usr/bin/env node
process.argv.push(${JSON.stringify(log)}, ${JSON.stringify(JSON.stringify(options))})
import(${JSON.stringify(standIn)})
process.stdin.on('data', (keys) => {
  if (!keys.includes(4)) return
  process.stdout.write('\\x1b[?1049l\\x1b[?2004l')
  process.exit()
})
`
  writeFileSync(join(bin, name), script, { mode: 0o755 })
  return { bin, log: () => parseArrived(log) }
}

async function openShell(name: string, bin: string): Promise<void> {
  const env = { PATH: `${bin}:${process.env['PATH']}`, PS1: '$ ' }
  const command = ['/bin/bash', '--norc', '--noprofile', '-i']
  await client().launch({ task: 'by hand', name, command, cwd: service.work, env })
}

const dialog = { question: 'Do you want to proceed?', options: ['Yes', 'No'], subject: 'rm -rf build' }

describe('an agent that is started by hand', () => {
  it('is recognised, asks, is answered, and gives way to the shell when it ends', async () => {
    const claude = install('claude', { dialogs: [dialog], afterMs: 1_500 })
    const log = watch()
    await openShell('hand', claude.bin)
    expect(await client().session('hand')).not.toHaveProperty('inFront')
    await client().inject('hand', { text: 'claude' })

    const front = await log.until((event) => event.type === 'in-front')
    expect(front).toMatchObject({ agent: 'claude', reason: 'the process table names claude' })
    const told = await log.until((event) => event.type === 'blocker')
    expect(told).toMatchObject({
      blocker: { kind: 'permission', source: 'screen', prompt: { question: 'Do you want to proceed?' } },
    })
    expect(await client().session('hand')).toMatchObject({ inFront: 'claude', state: 'waiting' })
    expect(await client().why('hand')).toMatchObject({
      profile: 'claude',
      recognisedBy: 'the process table names claude',
    })
    await expect(client().inject('hand', { text: 'ls', waitMs: 0 })).rejects.toMatchObject({
      code: 'not-accepting-input',
    })
    expect(await client().answer('hand', { choice: 'deny' })).toMatchObject({ chosen: 'No' })
    await log.until((event) => event.type === 'unblocked')
    expect(claude.log().flatMap(({ chose }) => chose ?? [])).toEqual(['No'])
    await client().inject('hand', { text: 'carry on\nplease' })
    expect(claude.log().flatMap(({ submitted }) => submitted ?? [])).toEqual(['carry on\nplease'])

    await client().input('hand', Buffer.from('\u0004'))
    const back = await log.until((event) => event.type === 'in-front' && event.agent === 'shell')
    expect(back).toMatchObject({ reason: 'Claude Code has ended' })
    while ((await client().session('hand')).state !== 'idle') await delay(50)
    expect(await client().session('hand')).not.toHaveProperty('inFront')
    await client().inject('hand', { text: 'echo $((6 * 7))' })
    expect((await client().read('hand')).lines).toContain('42')
  })

  it('is followed by another one in the same shell', async () => {
    const { bin } = install('claude', { dialogs: [] })
    const codex = install('codex', { dialogs: [] })
    const log = watch()
    await openShell('two', bin)
    await client().inject('two', { text: 'claude; codex' })
    await log.until((event) => event.type === 'in-front' && event.agent === 'claude')
    while (!(await client().read('two')).lines.join('\n').includes('? for shortcuts')) await delay(50)
    await client().input('two', Buffer.from('\u0004'))
    await log.until((event) => event.type === 'in-front' && event.agent === 'codex')
    expect(codex.bin).toBe(bin)
  })
})

describe('a recorded screen of an agent', () => {
  it('is no agent when a shell prints it', async () => {
    const recording = new URL('../fixtures/agents/claude/permission-command-80.cast', import.meta.url)
    const cast = readCast(fileURLToPath(recording))
    const [shown] = screensAtMarkers(cast)
    const file = join(service.work, 'screen.txt')
    writeFileSync(file, `${shown?.view.rows.map(({ text }) => text.trimEnd()).join('\n')}\n`)
    await openShell('printed', service.work)
    const log = watch()
    await client().inject('printed', { text: `cat ${file}; exec cat` })
    while (!(await client().read('printed')).lines.join('\n').includes('Esc to cancel')) await delay(50)
    // A look at the process table each second: two are enough.
    await delay(2_500)
    expect(log.seen.filter(({ type }) => type === 'in-front')).toEqual([])
    expect(await client().why('printed')).toMatchObject({ profile: 'shell' })
    expect(await client().session('printed')).not.toHaveProperty('inFront')
  })
})
