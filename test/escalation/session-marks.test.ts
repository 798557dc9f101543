// Marks on a session of the embedded host: what arrived there is what iTerm2 would get.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { SessionMarks } from '../../src/escalation/session-marks.ts'
import { type RunningHost, runHost } from '../../src/host/index.ts'
import { Client, openApp } from '../../src/iterm2/index.ts'
import { resolveHome } from '../../src/lib/home.ts'
import { silentLogger } from '../../src/lib/logger.ts'
import { clearForgottenMarks } from '../../src/service/forgotten-marks.ts'
import type { Session } from '../../src/sessions/session.ts'
import { ApiTerminal } from '../../src/terminal/api-terminal.ts'

const home = resolveHome({ ITERM_ORCH_HOME: mkdtempSync(join(tmpdir(), 'm-')) })
let host: RunningHost
let client: Client
let terminal: ApiTerminal
let session: string
let marks: SessionMarks

beforeAll(async () => {
  host = await runHost({ home, env: { ...process.env, SHELL: '/bin/sh' } })
  client = new Client({ socketPath: host.socketPath, cookie: readFileSync(host.cookiePath, 'utf8').trim() })
  await client.connect()
  terminal = new ApiTerminal(client, 'host', 'for the test')
  await terminal.start()
})
afterAll(async () => {
  await terminal.disconnect()
  await host.close()
  rmSync(home.root, { recursive: true, force: true })
})
beforeEach(async () => {
  const tab = await (await openApp(client)).createWindow({ command: '/bin/cat' })
  session = tab.sessions[0]?.id ?? ''
  marks = new SessionMarks(join(home.state, 'marks'))
})

const looks = () => terminal.looks(session)
const permission = { kind: 'permission', urgency: 'high', text: 'Run `make`?' } as const

describe('a mark', () => {
  it('shows as badge, colour and status of the tab', async () => {
    await marks.mark(session, looks(), permission)
    const seen = await looks().read()
    expect(seen).toMatchObject({ 'Badge Text': '⏸ permission', 'Tab Color': { 'Red Component': 224 / 255 } })
    expect([true, 1]).toContain(seen['Use Tab Color'])
    expect(await terminal.variable(session, 'orch.tabStatus')).toEqual({
      status: 'Waiting: permission',
      text_color: '#e08a1e',
      dot_color: '#e08a1e',
      detail: 'Run `make`?',
    })
    expect(await terminal.variable(session, 'orch.attention')).toBeNull()
    // It is no report of the program, and must not become a signal.
    expect(await terminal.variable(session, 'orch.sessionStatus')).toBeNull()
  })

  it('of what is critical bounces the dock once', async () => {
    await marks.mark(session, looks(), { ...permission, urgency: 'critical' })
    expect(await terminal.variable(session, 'orch.attention')).toBe('once')
  })

  it('goes when it is over, and what was there before comes back', async () => {
    const blue = { 'Red Component': 0, 'Green Component': 0, 'Blue Component': 1, 'Color Space': 'sRGB' }
    await looks().write({ 'Badge Text': 'mine', 'Tab Color': blue, 'Use Tab Color': true })
    await marks.mark(session, looks(), permission)
    await marks.mark(session, looks(), { ...permission, urgency: 'low' })
    await marks.clear(session, looks())
    const seen = await looks().read()
    expect(seen).toMatchObject({ 'Badge Text': 'mine', 'Tab Color': blue })
    expect([true, 1]).toContain(seen['Use Tab Color'])
    expect(await terminal.variable(session, 'orch.tabStatus')).toBeNull()
    expect(marks.marked()).not.toContain(session)
  })

  it('leaves what somebody changed meanwhile', async () => {
    await marks.mark(session, looks(), permission)
    await looks().write({ 'Badge Text': 'changed by hand' })
    await marks.clear(session, looks())
    const seen = await looks().read()
    expect(seen['Badge Text']).toBe('changed by hand')
    expect([false, 0]).toContain(seen['Use Tab Color'])
  })

  it('is cleared by the next service when this one was killed', async () => {
    await marks.mark(session, looks(), permission)
    const next = new SessionMarks(join(home.state, 'marks'))
    expect(next.marked()).toContain(session)
    await next.clear(session, looks())
    expect((await looks().read())['Badge Text']).toBe('')
  })

  it('that was changed, but not drawn before the service was killed, is cleared too', async () => {
    await marks.mark(session, looks(), permission)
    const deaf = { ...looks(), write: () => Promise.reject(new Error('killed')) }
    await expect(
      marks.mark(session, deaf, { ...permission, kind: 'login', urgency: 'critical' }),
    ).rejects.toThrow()
    await new SessionMarks(join(home.state, 'marks')).clear(session, looks())
    const seen = await looks().read()
    expect(seen['Badge Text']).toBe('')
    expect([false, 0]).toContain(seen['Use Tab Color'])
  })

  it('of a session that is gone is forgotten', async () => {
    await marks.mark(session, looks(), permission)
    await terminal.close(session, true)
    await marks.clear(session, looks())
    expect(marks.marked()).not.toContain(session)
  })

  it('is taken from a session that nobody follows, and from no other', async () => {
    const tab = await (await openApp(client)).createWindow({ command: '/bin/cat' })
    const other = tab.sessions[0]?.id ?? ''
    const elsewhere = '00000000-0000-4000-8000-000000000000'
    await marks.mark(session, looks(), permission)
    await marks.mark(other, terminal.looks(other), permission)
    await marks.mark(elsewhere, looks(), permission)
    const followed = { terminal, record: { terminalSession: other } } as unknown as Session
    await clearForgottenMarks(marks, terminal, [followed], silentLogger())
    expect(marks.marked().sort()).toEqual([elsewhere, other].sort())
    expect((await looks().read())['Badge Text']).not.toContain('permission')
    expect((await terminal.looks(other).read())['Badge Text']).toContain('permission')
  })

  it('holds no secret, no control and no expression of what a screen says', async () => {
    const text = 'token=abcdef123 \x1b]0;x\x07 \\(iterm2.alert(title: "x"))\u202e'
    await marks.mark(session, looks(), { kind: 'question\\(user.x)', urgency: 'low', text })
    expect((await looks().read())['Badge Text']).toBe('⏸ questionuserx')
    expect(await terminal.variable(session, 'orch.tabStatus')).toMatchObject({
      detail: 'token=[redacted] ]0;x \\(iterm2.alert(title: "x"))',
    })
  })

  it('and its end come in the order in which they were asked for', async () => {
    const all = [marks.mark(session, looks(), permission), marks.clear(session, looks())]
    all.push(marks.mark(session, looks(), permission), marks.clear(session, looks()))
    await Promise.all(all)
    expect((await looks().read())['Badge Text']).toBe('')
    expect(marks.marked()).not.toContain(session)
  })
})
