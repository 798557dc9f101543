import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hookCommand, isOurCommand } from '../../../src/signals/hooks/hook-command.ts'
import { arrival, event, left, leftLater, own, place, quiet, run, service } from './hook-caller.ts'

/** Agents start it with one of these. */
const shells = ['/bin/sh', '/bin/dash', '/bin/bash'].filter((shell) => existsSync(shell))
/** Without it, the command starts Node at once. */
const hasPerl = existsSync('/usr/bin/perl')
/** What fails when it is started. */
const noNode = ['/nowhere/node', '/nowhere/main.cjs']
const big = `{"hook_event_name":"Stop","x":"${'y'.repeat(300_000)}"}`

/** Calls what stands in the agent's settings. */
function call(input: string | undefined, program: string[], env: NodeJS.ProcessEnv = {}, shell = '/bin/sh') {
  const command = hookCommand(program, 'claude', env['ITERM_ORCH_SESSION'] === undefined)
  return run([shell, '-c', command], env, input)
}
const session = { ITERM_ORCH_SESSION: 'S' }

it('knows the command that earlier versions have put into the settings', () => {
  const call = '/usr/bin/node /opt/iterm-orch/dist/main.js hook --agent claude 2>/dev/null || cat >/dev/null'
  expect(isOurCommand(`test -n "$ITERM_ORCH_SESSION" && ${call}`)).toBe(true)
  expect(isOurCommand(hookCommand(own, 'claude', false))).toBe(true)
  expect(isOurCommand('/usr/bin/node hook.js')).toBe(false)
})

describe.each(shells)('the command in the settings, called by %s', (shell) => {
  it('leaves a report where no service runs', async () => {
    expect(await call(event, own, session, shell)).toEqual(quiet)
    expect(await leftLater()).toMatchObject([{ agent: 'claude', session: 'S', payload: JSON.parse(event) }])
  })

  it('reads what it is given and starts nothing outside of a session', async () => {
    expect(
      await run([shell, '-c', hookCommand(noNode, 'claude', false)], { ITERM_ORCH_SESSION: '' }, big),
    ).toEqual(quiet)
    expect(left()).toEqual([])
  })

  it('is silent when iterm-orch was removed', async () => {
    expect(await call(big, noNode, session, shell)).toEqual(quiet)
    expect(await call(big, [process.execPath, '/nowhere/main.cjs'], {}, shell)).toEqual(quiet)
  })

  it.runIf(hasPerl)('tells the service without Node', async () => {
    const received = await service(200)
    expect(await call(event, noNode, session, shell)).toEqual(quiet)
    await arrival(received)
    expect(received).toEqual([
      {
        path: '/v1/hooks',
        id: expect.stringMatching(/^[0-9a-z]{20}$/),
        at: expect.any(Number),
        agent: 'claude',
        session: 'S',
        payload: JSON.parse(event),
      },
    ])
  })
})

describe.runIf(hasPerl)('the courier', () => {
  it('tells everything as the agent has written it', async () => {
    const received = await service(200)
    const anyText = fc.string({ unit: 'binary' })
    await fc.assert(
      fc.asyncProperty(fc.dictionary(anyText, fc.jsonValue({ stringUnit: 'binary' })), async (payload) => {
        const input = JSON.stringify({ ...payload, x: 'ä😀' })
        expect(await call(input, noNode, { ...session, PERL_UNICODE: 'SDA' })).toEqual(quiet)
        await arrival(received)
        expect(received.splice(0)).toMatchObject([{ payload: JSON.parse(input) }])
      }),
      { numRuns: 25 },
    )
  })

  it('names a report after the time at which it was called, as the service sorts them', async () => {
    const received = await service(200)
    const before = Date.now()
    await call(event, noNode)
    await arrival(received)
    const [{ id, at } = {}] = received
    expect(at).toBeGreaterThanOrEqual(before)
    expect(at).toBeLessThanOrEqual(Date.now())
    expect(id).toMatch(new RegExp(`^${Number(at).toString(36).padStart(9, '0')}`))
    expect(received[0]).not.toHaveProperty('session')
  })

  it.each<['never' | number]>([['never'], [500], [400]])(
    'hands it over, under the same id, when the service answers: %s',
    async (answer) => {
      const received = await service(answer)
      expect(await call(event, own, session)).toEqual(quiet)
      await arrival(received, 2)
      const [first, second] = received.map(({ path: _, ...report }) => report)
      expect(second).toEqual(first)
      expect(await leftLater()).toEqual([first])
    },
  )

  it('hands over what is too long to be told whole', async () => {
    const received = await service(200)
    const long = `{"hook_event_name":"PostToolUse","tool_input":{"content":"${'x'.repeat(5_000_000)}"}}`
    expect(await call(long, own, session)).toEqual(quiet)
    await arrival(received)
    expect(received).toMatchObject([{ payload: { hook_event_name: 'PostToolUse' } }])
  })

  it.each([
    ['a session that would have to be escaped', { ITERM_ORCH_SESSION: 'a"b' }],
    ['a home whose socket has too long a path', { ITERM_ORCH_HOME: join('/tmp', 'h'.repeat(100)) }],
  ])('hands over what is of %s', async (_, env) => {
    const received = await service(200)
    const noted = join(place.root, 'called')
    const script = `{ cat; echo "$@"; } > ${noted}.part; mv ${noted}.part ${noted}`
    expect(await call(event, ['/bin/sh', '-c', script, 'sh'], { ...session, ...env })).toEqual(quiet)
    while (!existsSync(noted)) await delay(20)
    expect(received).toEqual([])
    expect(readFileSync(noted, 'utf8')).toMatch(/^\{.*\}hook --agent claude --id [0-9a-z]{20}\n$/)
  })

  it('does not let the agent wait for what it hands over, nor ends with it', async () => {
    const [given, done] = [join(place.root, 'go'), join(place.root, 'done')]
    // It waits for what happens only after the agent was given back its hook; then the agent's group is ended.
    const script = `cat >/dev/null; until test -e ${given}; do sleep 0.05; done; : > ${done}`
    const command = hookCommand(['/bin/sh', '-c', script, 'sh'], 'claude', true)
    const group = spawn('/bin/sh', ['-c', `${command}; kill -HUP 0`], {
      detached: true,
      stdio: ['pipe', 'inherit', 'inherit'],
    })
    group.stdin.end(event)
    expect(await once(group, 'close')).toEqual([null, 'SIGHUP'])
    writeFileSync(given, '')
    while (!existsSync(done)) await delay(20)
  })

  it('says nothing of an empty report, nor waits for an agent that never ends one', async () => {
    const received = await service(200)
    expect(await call(' \n', own, session)).toEqual(quiet)
    expect(await call(undefined, own, session)).toEqual(quiet)
    expect(received).toEqual([])
    expect(left()).toEqual([])
  })
})
