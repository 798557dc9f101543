// Real sessions for tests: started in the test's own home, ended and disposed after each test.
import { homedir } from 'node:os'
import { afterEach } from 'vitest'
import { createHostSession } from '../../../src/host/session/session.ts'
import type { HostSession, SessionSpec, VariableValue } from '../../../src/host/session-types.ts'
import { newUuid } from '../../../src/lib/ids.ts'

const sessions: HostSession[] = []

afterEach(async () => {
  await Promise.all(
    sessions.splice(0).map(async (session) => {
      session.thaw()
      await session.terminate(200)
      session.dispose()
    }),
  )
})

export function start(argv: string[] | undefined, options: Partial<SessionSpec> = {}): HostSession {
  const session = createHostSession({
    id: newUuid(),
    ...(argv && { argv }),
    cwd: homedir(),
    env: testEnvironment(),
    columns: 80,
    rows: 24,
    scrollback: 1_000,
    ...options,
  })
  sessions.push(session)
  return session
}

/** A session whose program only waits; what it prints comes from the test, with `feed`. */
export function quiet(options: Partial<SessionSpec> = {}): HostSession {
  return start(['sleep', '1000'], options)
}

export function node(script: string, options: Partial<SessionSpec> = {}): HostSession {
  return start([process.execPath, '-e', script], options)
}

export function testEnvironment(): Record<string, string> {
  const { PATH = '' } = process.env
  return { PATH, HOME: homedir(), TERM: 'xterm-256color', LANG: 'C.UTF-8', PS1: '$ ', SHELL: '/bin/sh' }
}

export function feed(session: HostSession, text: string): Promise<void> {
  return session.feed(Buffer.from(text))
}

/** Rows of the screen as text, blanks as spaces, without empty ones at the end. */
export function screen(session: HostSession): string[] {
  const { overflow, history, grid } = session.lineInfo()
  return texts(session, overflow + history, grid)
}

export function texts(session: HostSession, first: number, count: number): string[] {
  const lines = session
    .readLines({ startX: 0, startY: first, endX: 0, endY: first + count })
    .map(({ text = '' }) => text.replaceAll('\0', ' '))
  while (lines.length > 0 && lines.at(-1) === '') lines.pop()
  return lines
}

/** Resolves when the screen shows the text. */
export async function shows(session: HostSession, text: string): Promise<void> {
  await until(session, 'screen', () => screen(session).join('\n').includes(text))
}

/** Resolves when the condition holds, looked at now and after each event. */
export async function until(
  session: HostSession,
  event: 'screen' | 'variable' | 'prompt' | 'custom-escape',
  condition: () => boolean,
): Promise<void> {
  if (condition()) return
  await new Promise<void>((resolve) => {
    const look = () => {
      if (!condition()) return
      session.off(event, look)
      resolve()
    }
    session.on(event, look)
  })
}

export async function exitOf(
  session: HostSession,
): Promise<{ exitCode: number; signal: number | undefined }> {
  return new Promise((resolve) => session.once('exit', resolve))
}

/** Every change of a variable from now on. */
export function changesOf(session: HostSession, name: string): VariableValue[] {
  const values: VariableValue[] = []
  session.on('variable', (changed, value) => {
    if (changed === name) values.push(value)
  })
  return values
}
