import { afterAll, describe, expect, it } from 'vitest'
import { json, type OrchEvent, run, type Sessions, Stream, stopAll, untilScreen, untilSeen } from './cli.ts'

afterAll(stopAll)

describe('sessions', () => {
  it('opens several, names them by ambiguity, and closes them together', async () => {
    await json('launch', 'many', '--count', '2', '--', 'cat')
    const ambiguous = await run(['read', 'many', '--json'])
    expect(ambiguous.code).toBe(3)
    const { error } = JSON.parse(ambiguous.stderr)
    expect(error).toMatchObject({ code: 'session-ambiguous', details: { candidates: [{}, {}] } })
    const ids = (await json<Sessions>('ps')).sessions.map((session) => session.id)
    const renamed = await run(['rename', ids[0] ?? '', 'the first'])
    expect(renamed).toMatchObject({ code: 0, stdout: expect.stringContaining('the first') })
    // One of the names is wrong: nothing is closed.
    expect((await run(['close', ids[0] ?? '', 'nobody'])).code).toBe(3)
    expect((await json<Sessions>('ps')).sessions).toHaveLength(2)
    expect((await run(['close', ...ids])).code).toBe(0)
    expect((await json<Sessions>('ps')).sessions).toEqual([])
  })

  it('says with exit code 5 that the screen did not confirm', async () => {
    await json('launch', 'deaf', '--', 'sh', '-c', 'stty -echo; echo ready; exec sleep 60')
    await untilScreen('deaf', 'ready')
    const { code, stdout, stderr } = await run(['inject', 'deaf', 'hello'])
    expect(code).toBe(5)
    expect(stdout + stderr).toMatch(/not confirmed/i)
    await run(['close', 'deaf'])
  })

  it('watches one session until it is closed', async () => {
    await json('launch', 'short', '--', 'cat')
    const watch = run(['watch', 'short', '--json', '--screen'])
    await json('launch', 'other', '--', 'sh', '-c', 'echo noise; exec cat')
    // Typed again until the stream is known to be open: only then may the session be closed.
    await run(['inject', 'short', 'seen'])
    await run(['close', 'short', 'other'])
    const { code, stdout } = await watch
    const events: OrchEvent[] = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(code).toBe(0)
    expect(events.at(-1)).toMatchObject({ type: 'closed', task: 'short' })
    expect(events.some((event) => 'task' in event && event.task === 'other')).toBe(false)
  })

  it('starts a program again', async () => {
    await json('launch', 'again', '--', 'sh', '-c', 'echo "pid $$"; exec cat')
    const before = await untilScreen('again', 'pid ')
    expect((await run(['restart-session', 'again'])).code).toBe(0)
    const after = await untilScreen('again', 'pid ', before)
    expect(after).not.toBe(before)
    await run(['close', 'again'])
  })

  it('goes on watching when the service is killed', async () => {
    await json('launch', 'kept', '--', 'cat')
    const watch = new Stream<OrchEvent>('watch')
    await untilSeen(watch, 'kept')
    const { health } = await json<{ health: { pid: number } }>('service', 'status')
    process.kill(health.pid, 'SIGKILL')
    const seen = watch.seen.length
    await untilSeen(watch, 'kept', seen)
    await watch.end('SIGTERM')
    await run(['close', 'kept'])
  })
})
