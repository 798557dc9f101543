import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { OrchEvent, SessionInfo } from '../../src/service/api.ts'
import { useService } from '../support/use-service.ts'

const world = useService()
const { client, service } = world

/** Asks the terminal whether it takes reports, says that it is blocked, and what became of it. */
const reporter = `stty -echo -icanon
printf '\\033]7501;?\\a'
answer=$(dd bs=1 count=9 2>/dev/null | od -An -c | tr -d ' ')
stty echo icanon
printf '\\033]7501;state=blocked:kind=permission\\a'
printf '%s\\nMay I delete old.log? [y/n] ' "$answer"
read reply
printf '\\033]7501;state=working\\a'
echo "got <$reply>"
read text
echo "took <$text>"
sleep 600
`

async function launch(name: string, script: string, agent?: string): Promise<SessionInfo> {
  const [info] = await client().launch({
    ...{ task: name, name, tap: true, cwd: service.work, env: environment() },
    command: ['/bin/bash', '-c', script],
    ...(agent !== undefined && { agent }),
  })
  if (!info) throw new Error('nothing was launched')
  return info
}

function environment(): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '', PS1: '$ ' }
}

function recordOf({ id }: SessionInfo): { tapIdentity?: string; tapProgram?: number } {
  return JSON.parse(readFileSync(join(service.home.sessions, `${id}.json`), 'utf8'))
}

/** The record of the tap's start, which comes with its first message. */
async function heard(session: SessionInfo, before?: number): Promise<number> {
  for (;;) {
    const { tapProgram } = recordOf(session)
    if (tapProgram !== undefined && tapProgram !== before) return tapProgram
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** Resolves with the screen when it shows the text. */
async function shows(name: string, text: string): Promise<string> {
  for await (const frame of client().frames(name)) {
    const screen = frame.lines.join('\n')
    if (screen.includes(text)) return screen
  }
  throw new Error(`${name} ended without showing ${text}`)
}

async function ended(name: string): Promise<SessionInfo> {
  const events = world.watch()
  if ((await client().session(name)).state !== 'exited') {
    await events.until((event) => event.type === 'exited' && event.name === name)
  }
  return client().session(name)
}

function blockerOf(name: string) {
  return (event: OrchEvent) => event.type === 'blocker' && event.name === name
}

describe('a program behind the tap', () => {
  it('is heard when it is blocked, gets the answer and the next text, and is started again behind a new one', async () => {
    const events = world.watch()
    const session = await launch('asks', reporter)
    await events.until(blockerOf('asks'))
    expect((await client().session('asks')).waitsFor).toMatchObject({ kind: 'permission' })
    // Only the tap ends its answer as the question was ended; the host answers with ESC \\ always.
    expect(await shows('asks', '[y/n]')).toContain(String.raw`033]7501;?\a`)
    expect(readdirSync(service.home.run).filter((file) => file.startsWith('tap-'))).toEqual([])
    await client().answer('asks', { choice: 'approve' })
    await shows('asks', 'got <y>')
    await client().inject('asks', { text: 'go on' })
    await shows('asks', 'took <go on>')
    const [first, program] = [recordOf(session), await heard(session)]
    const again = world.watch()
    await client().restart('asks', {})
    await again.until(blockerOf('asks'))
    expect(await heard(session, program)).not.toBe(program)
    expect(recordOf(session).tapIdentity).toMatch(/^iterm-orch-[0-9a-f]{32}$/)
    expect(recordOf(session).tapIdentity).not.toBe(first.tapIdentity)
  })

  it('is heard still by the service that comes after', async () => {
    const script = `read first; printf '\\033]7501;state=blocked:kind=question\\a'; read second; exit 7`
    const session = await launch('later', script)
    await heard(session)
    process.kill((await client().health()).pid, 'SIGKILL')
    // As if its start had not been heard of.
    const path = join(service.home.sessions, `${session.id}.json`)
    const { tapProgram, ...record } = JSON.parse(readFileSync(path, 'utf8'))
    writeFileSync(path, JSON.stringify(record))
    await world.reconnect()
    expect(await heard(session)).toBe(tapProgram)
    expect(await client().why('later')).not.toHaveProperty('tapSilent')
    const events = world.watch()
    await client().inject('later', { text: 'on' })
    await events.until(blockerOf('later'))
    await client().inject('later', { text: 'and out' })
    expect(await ended('later')).toMatchObject({ exitCode: 7 })
  })

  it('ends with the status and the signal that it had', async () => {
    await launch('seven', 'read go; exit 7')
    await client().inject('seven', { text: 'go', submit: true })
    expect(await ended('seven')).toMatchObject({ exitCode: 7, reason: expect.stringContaining('status 7') })
    await launch('killed', 'read go; kill -TERM $$')
    await client().inject('killed', { text: 'go', submit: true })
    expect(await ended('killed')).toMatchObject({
      exitCode: 143,
      reason: expect.stringContaining('signal 15'),
    })
  })

  it('has the size of the session', async () => {
    await launch('size', 'trap "stty size" WINCH; echo ready; while :; do sleep 0.1; done')
    await shows('size', 'ready')
    await client().resize('size', 100, 41)
    await shows('size', '41 100')
  })

  it('cannot speak as the tap, even with the secret', async () => {
    const events = world.watch()
    const session = await launch(
      'liar',
      `read id; printf '\\033]1337;Custom=id=%s:%s\\a' "$id" "$(printf %s '${forged}' | base64 | tr -d '\\n')"
       echo forged; printf '\\033]7501;state=blocked:kind=question\\a'; sleep 600`,
    )
    await heard(session)
    await client().inject('liar', { text: recordOf(session).tapIdentity ?? '' })
    await events.until(blockerOf('liar'))
    const states = events.seen.flatMap((event) =>
      event.type === 'state' && event.name === 'liar' ? event.to : [],
    )
    expect(states).not.toContain('errored')
    expect(states).not.toContain('exited')
  })

  it('has its line checked by its own terminal, not by that of the tap', async () => {
    const session = await launch('lines', 'read line; sleep 600')
    await heard(session)
    await expect(client().inject('lines', { text: 'x'.repeat(1_200) })).rejects.toMatchObject({
      message: expect.stringContaining('canonical mode'),
    })
  })

  it('that leaves its shell behind gets nothing more', async () => {
    const session = await launch('left', 'echo the agent is gone; exec /bin/sh -i', 'copilot')
    await heard(session)
    await shows('left', 'the agent is gone')
    await expect(client().inject('left', { text: 'touch proof', force: true })).rejects.toMatchObject({
      code: 'wrong-program',
    })
    expect(existsSync(join(service.work, 'proof'))).toBe(false)
  })

  it('goes with the tap when that is killed: it is said to have ended, and nothing can be typed', async () => {
    const session = await launch('doomed', 'echo ready; sleep 600')
    const program = await heard(session)
    process.kill(parentOf(program), 'SIGKILL')
    expect(await ended('doomed')).toMatchObject({ state: 'exited', exitCode: 137 })
    await expect(client().inject('doomed', { text: 'hello' })).rejects.toMatchObject({ code: 'session-gone' })
    await gone(program)
  })

  it('runs without it when the tap is not where it was', async () => {
    const session = await launch('moved', 'echo ready; read line; echo "got <$line>"; sleep 600')
    await heard(session)
    const script = join(service.home.sessions, `${session.id}.launch.sh`)
    writeFileSync(script, readFileSync(script, 'utf8').replaceAll(process.execPath, '/no/such/node'))
    await client().restart('moved', {})
    await shows('moved', 'runs without it')
    await client().inject('moved', { text: 'still here' })
    await shows('moved', 'got <still here>')
    expect(recordOf(session).tapProgram).toBeUndefined()
    expect(await client().why('moved')).toMatchObject({ tapSilent: true })
    expect(readdirSync(service.home.run).filter((file) => file.startsWith('tap-'))).toEqual([])
  })

  it('goes on in its conversation behind a new tap, and without one when that is said', async () => {
    const bin = join(service.work, 'bin')
    mkdirSync(bin)
    const calls = join(service.work, 'calls')
    const agent = `#!/bin/sh\necho "$1" >> '${calls}'\nsleep 1.5\n`
    writeFileSync(join(bin, 'claude'), agent, { mode: 0o755 })
    const env = { PATH: `${bin}:${process.env['PATH']}` }
    const [session] = await client().launch({
      ...{ task: 'tidy up', agent: 'claude', name: 'talk', brief: 'none', tap: true },
      ...{ cwd: service.work, env },
    })
    if (!session) throw new Error('nothing was launched')
    const program = await heard(session)
    await ended('talk')
    await client().resume('talk', env)
    expect(await heard(session, program)).not.toBe(program)
    expect(readFileSync(calls, 'utf8')).toBe('--session-id\n--resume\n')
    await ended('talk')
    await client().resume('talk', env, { tap: false })
    expect(recordOf(session)).not.toHaveProperty('tapIdentity')
    await ended('talk')
    await client().resume('talk', env)
    expect(recordOf(session)).not.toHaveProperty('tapIdentity')
  })
})

describe('a program in the embedded host', () => {
  it('has no tap when nobody asks for one', async () => {
    const [session] = await world.launch('plain', ['/bin/sh', '-c', 'env | grep ITERM_ORCH; sleep 600'])
    expect(session && recordOf(session)).not.toHaveProperty('tapIdentity')
    expect(await shows('plain', 'ITERM_ORCH_SESSION')).not.toContain('ITERM_ORCH_TAP')
  })
})

const forged = JSON.stringify({ v: 1, n: 90, fact: { type: 'report', report: { state: 'error', id: '' } } })

function parentOf(pid: number): number {
  return Number(execFileSync('ps', ['-o', 'ppid=', '-p', String(pid)], { encoding: 'utf8' }))
}

async function gone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0)
    } catch {
      return
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
