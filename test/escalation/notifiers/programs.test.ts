import { chmodSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createNotifier } from '../../../src/escalation/notifiers/create-notifier.ts'
import { tell } from '../../../src/escalation/notifiers/notifier.ts'
import { type NotifierConfig, NotifierConfigs } from '../../../src/escalation/notifiers/notifier-config.ts'
import { type FakeOsascript, installFakeOsascript } from '../../support/fake-osascript.ts'
import { never, notice } from './notices.ts'

let directory: string
let env: NodeJS.ProcessEnv

beforeEach(() => {
  directory = mkdtempSync(join(homedir(), 'tell-'))
  env = { ...process.env, PATH: `${directory}${delimiter}${process.env['PATH']}`, DISPLAY: ':0' }
})

/** A real executable that writes its arguments, its input and the variables of the notice to files. */
function install(name: string, end = ''): void {
  const path = join(directory, name)
  writeFileSync(
    path,
    `#!/bin/sh\nprintf '%s\\0' "$@" > '${directory}/argv'\ncat > '${directory}/stdin'\nenv -0 > '${directory}/env'\n${end}\n`,
  )
  chmodSync(path, 0o755)
}

const argv = () => readFileSync(join(directory, 'argv'), 'utf8').split('\0').slice(0, -1)

function notifier(config: object, platform: NodeJS.Platform = 'linux', outputs: string[] = []) {
  const [parsed] = NotifierConfigs.parse([{ name: 'one', ...config }]) as [NotifierConfig]
  const onOutput = (_: string, output: string) => void outputs.push(output)
  return createNotifier(parsed, { env, platform, base: directory, onOutput })
}

describe('notify-send', () => {
  it('gets title, body with options and command, and urgency as arguments', async () => {
    install('notify-send')
    await notifier({ type: 'desktop' }).send(notice({ urgency: 'critical' }), never)
    expect(argv()).toEqual([
      '--app-name=iterm-orch',
      '--urgency=critical',
      '--',
      'fix-login waits for a permission',
      'Do you want to run `rm -rf build`?\n1. Yes  2. No, and tell Claude what to do\niterm-orch answer mh8x2k1q0000a1b2c3d4 1',
    ])
  })

  it('gets nothing that it would read as an option, an escape or markup', async () => {
    install('notify-send')
    const body = '--help <b>bold</b> & \\n $(touch x) `id`'
    await notifier({ type: 'desktop' }).send(
      notice({ title: '-u low', body, options: [], commands: [] }),
      never,
    )
    expect(argv().slice(2)).toEqual([
      '--',
      '-u low',
      '--help &lt;b&gt;bold&lt;/b&gt; &amp; \\\\n $(touch x) `id`',
    ])
  })

  it('says why it cannot be used', async () => {
    env['PATH'] = directory
    const missing = await tell(notifier({ type: 'desktop' }), notice(), never)
    expect(missing).toMatchObject({ notifier: 'one', ok: false, code: 'unavailable' })
    expect(missing).toHaveProperty('why', expect.stringContaining('not installed'))
    for (const name of ['DISPLAY', 'WAYLAND_DISPLAY', 'DBUS_SESSION_BUS_ADDRESS']) delete env[name]
    expect(await tell(notifier({ type: 'desktop' }), notice(), never)).toMatchObject({
      code: 'unavailable',
      why: expect.stringContaining('no desktop'),
    })
    expect(await tell(notifier({ type: 'desktop' }, 'win32'), notice(), never)).toMatchObject({
      code: 'unavailable',
      why: expect.stringContaining('win32'),
    })
  })

  it('tells what it printed when it fails', async () => {
    install('notify-send', 'echo "Cannot autolaunch D-Bus" >&2; exit 1')
    expect(await tell(notifier({ type: 'desktop' }), notice(), never)).toMatchObject({
      code: 'failed',
      why: 'notify-send failed: Cannot autolaunch D-Bus',
    })
  })
})

describe('the notification of macOS', () => {
  let osascript: FakeOsascript
  beforeEach(() => {
    osascript = installFakeOsascript()
    osascript.answer('status', { text: 'shown' })
  })
  afterEach(() => osascript.uninstall())

  const textOf = (script: string, name: string) => {
    const codes = new RegExp(`^set ${name}Codes to \\{([\\d,]*)\\}`, 'm').exec(script)?.[1]
    return codes === undefined
      ? undefined
      : String.fromCodePoint(...codes.split(',').filter(Boolean).map(Number))
  }

  it('comes as texts that cannot become script', async () => {
    const evil = fc.string({
      unit: fc.constantFrom(
        '"',
        '\\',
        '&',
        '¬',
        '«',
        '»',
        '{',
        '}',
        ' do shell script "id" ',
        'a',
        '--',
        '(*',
      ),
      maxLength: 12,
    })
    await fc.assert(
      fc.asyncProperty(evil, async (text) => {
        await notifier({ type: 'desktop', sound: 'Glass' }, 'darwin').send(
          notice({ title: `x${text}` }),
          never,
        )
        const script = osascript.scripts().at(-1) ?? ''
        expect(textOf(script, 'titleText')).toBe(`x${text}`.slice(0, 120))
        expect(script).not.toContain('do shell script')
      }),
      { numRuns: 15 },
    )
    const script = osascript.scripts().at(-1) ?? ''
    expect(script).toContain('display notification bodyText with title titleText')
    expect(textOf(script, 'subtitleText')).toBe('fix-login · claude')
    expect(textOf(script, 'soundName')).toBe('Glass')
    expect(textOf(script, 'bodyText')).toContain('iterm-orch answer mh8x2k1q0000a1b2c3d4 1')
  })

  it('says why it cannot be shown', async () => {
    osascript.answer('status', { error: -1743 })
    expect(await tell(notifier({ type: 'desktop' }, 'darwin'), notice(), never)).toMatchObject({
      ok: false,
      code: 'failed',
      why: expect.stringContaining('-1743'),
    })
  })
})

describe('a command of the user', () => {
  it('gets the notice as JSON and in variables', async () => {
    install('page-me')
    await notifier({ type: 'command', command: ['page-me', 'a b', '$HOME'] }).send(notice(), never)
    expect(argv()).toEqual(['a b', '$HOME'])
    expect(JSON.parse(readFileSync(join(directory, 'stdin'), 'utf8'))).toEqual(notice())
    const variables = Object.fromEntries(
      readFileSync(join(directory, 'env'), 'utf8')
        .split('\0')
        .filter((line) => line.startsWith('ITERM_ORCH_NOTICE_'))
        .map((line) => [line.slice(18, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    )
    expect(variables).toMatchObject({
      ID: 'mh8x2k1q0000a1b2c3d4',
      KIND: 'permission',
      URGENCY: 'high',
      SESSION_NAME: 'fix-login',
      COUNT: '1',
      OPTIONS: '1. Yes\n2. No, and tell Claude what to do',
    })
  })

  it('as a line for the shell is never mixed with what a screen says', async () => {
    const marker = join(directory, 'owned')
    const body = `"; touch '${marker}'; $(touch '${marker}') \`touch '${marker}'\``
    const command = `printf '%s' "$ITERM_ORCH_NOTICE_BODY" > '${directory}/said'`
    await notifier({ type: 'command', command }).send(notice({ body }), never)
    expect(readFileSync(join(directory, 'said'), 'utf8')).toBe(body)
    expect(existsSync(marker)).toBe(false)
  })

  it('need not read, and what it prints is told without secrets', async () => {
    const outputs: string[] = []
    const command = 'exec <&-; echo "sent with token=abcdef123"; echo done'
    await notifier({ type: 'command', command }, 'linux', outputs).send(notice(), never)
    expect(outputs).toEqual(['sent with token=[redacted]; done'])
  })

  it.each([
    ['exit 3', 'failed', 'exit code 3'],
    ['echo "no route, password=hunter2" >&2; exit 1', 'failed', 'no route, password=[redacted]'],
    ['kill -9 $$', 'failed', 'SIGKILL'],
  ])('%s is a failure that says why', async (command, code, why) => {
    expect(await tell(notifier({ type: 'command', command }), notice(), never)).toMatchObject({
      ok: false,
      code,
      why: expect.stringContaining(why),
    })
  })

  it('that does not exist is a mistake of the configuration', async () => {
    const told = await tell(notifier({ type: 'command', command: ['no-such-program-here'] }), notice(), never)
    expect(told).toMatchObject({
      code: 'misconfigured',
      why: expect.stringContaining('no-such-program-here'),
    })
  })

  it('that does not end is ended, with all that it started', async () => {
    const command = `sleep 600 & echo $! > '${directory}/child'; trap '' TERM; wait; sleep 600`
    const told = await tell(notifier({ type: 'command', command, timeoutSeconds: 0.5 }), notice(), never)
    expect(told).toMatchObject({ ok: false, code: 'timeout' })
    const child = Number(readFileSync(join(directory, 'child'), 'utf8'))
    for (;;) {
      try {
        process.kill(child, 0)
      } catch {
        break
      }
      await sleep(20)
    }
  })

  it('is ended when nobody waits any longer', async () => {
    const abort = new AbortController()
    const told = tell(notifier({ type: 'command', command: 'sleep 600' }), notice(), abort.signal)
    abort.abort()
    expect(await told).toMatchObject({ ok: false, code: 'timeout' })
  })
})
