import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { json, type OrchEvent, run, type Sessions, Stream, stopAll, untilScreen, untilSeen } from './cli.ts'

const home = process.env['ITERM_ORCH_HOME'] ?? ''
// Asks, repeats what it was told, and waits for another line before it ends.
const asking = 'echo "QUESTION: go on?"; read a; echo "got <$a>"; read b; echo "COMPLETE: all done"; exit 7'

afterAll(stopAll)

describe('from launch to exit', () => {
  it('opens, notices, lists, answers and ends a program', async () => {
    const watch = new Stream<OrchEvent>('watch')
    const { sessions } = await json<Sessions>('launch', 'asks', '--name', 'asker', '--', 'sh', '-c', asking)
    const id = sessions[0]?.id ?? ''
    expect(id).toMatch(/^[0-9A-F-]{36}$/)

    await untilSeen(watch, 'asker')

    await untilWaiting('asker')
    const listed = await json<Sessions>('ps')
    expect(listed.sessions).toMatchObject([
      { id, name: 'asker', task: 'asks', state: 'waiting', terminal: 'host', waitsFor: { kind: 'question' } },
    ])
    const table = await run(['ps'])
    expect(table.stdout).toMatch(/^ID +NAME +AGENT +TASK +STATE +SINCE +WAITS FOR +TERMINAL\n/)
    expect(table.stdout).toContain('question: QUESTION: go on?')
    expect(table.stdout).not.toContain('\u001b')

    const injected = await run(['inject', 'asker', 'yes please'])
    expect(injected).toMatchObject({ code: 0, stdout: expect.stringMatching(/^confirmed: /) })
    const answered = await watch.first((event) => event.type === 'injection')
    expect(answered).toMatchObject({ session: id, text: 'yes please', confirmed: true })
    const screen = await untilScreen(id.slice(0, 6).toLowerCase(), 'got <yes please>')
    expect(screen).toContain('QUESTION: go on?\n')

    const fromPipe = await run(['inject', 'asks', '--from-file', '-'], { input: 'second\n' })
    expect(fromPipe.code).toBe(0)
    expect(await watch.first((event) => event.type === 'complete')).toMatchObject({ session: id })
    expect(await watch.first((event) => event.type === 'exited')).toMatchObject({ session: id, exitCode: 7 })

    const thread = readFileSync(join(home, 'comms/claude/instant_messaging/active/asks/thread.jsonl'), 'utf8')
    expect(thread).toContain('QUESTION: go on?')
    expect(await watch.end('SIGINT')).toBe(130)
    expect((await run(['close', 'asker'])).code).toBe(0)
    expect((await json<Sessions>('ps')).sessions).toEqual([])
  })
})

async function untilWaiting(reference: string): Promise<void> {
  for (;;) {
    const { sessions } = await json<Sessions>('ps')
    if (sessions.some((session) => session.name === reference && session.state === 'waiting')) return
  }
}
