import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { ensurePrivateDirectory, resolveHome } from '../../src/lib/home.ts'
import { run } from './cli.ts'

let directory: string
let env: NodeJS.ProcessEnv

beforeEach(() => {
  directory = mkdtempSync(join(homedir(), 'nt-'))
  env = { ITERM_ORCH_HOME: directory, DISPLAY: '', WAYLAND_DISPLAY: '', DBUS_SESSION_BUS_ADDRESS: '' }
  ensurePrivateDirectory(directory)
})

function configure(text: string): void {
  writeFileSync(resolveHome(env).config, text)
}

describe('notify test', () => {
  it('goes through every notifier and tells what became of it', async () => {
    const sent = join(directory, 'sent.json')
    configure(`notifiers:
  - { type: command, name: good, command: "cat > '${sent}'" }
  - { type: command, name: bad, command: 'echo token=abcdef123; exit 4' }
`)
    const { code, stdout } = await run(['notify', 'test', '--json'], { env })
    expect(code).toBe(1)
    expect(JSON.parse(stdout).results).toMatchObject([
      { notifier: 'good', type: 'command', ok: true },
      {
        notifier: 'bad',
        type: 'command',
        ok: false,
        code: 'failed',
        why: expect.stringContaining('token=[redacted]'),
      },
    ])
    expect(JSON.parse(readFileSync(sent, 'utf8'))).toMatchObject({ kind: 'test', urgency: 'medium' })
    const one = await run(['notify', 'test', '--notifier', 'good'], { env })
    expect(one).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^sent {4}good \(command\), \d+ ms\n$/),
    })
  })

  it('says which notifiers there are when it is asked for another', async () => {
    configure("notifiers: [{ type: command, name: lamp, command: 'true' }]\n")
    const { code, stderr } = await run(['notify', 'test', '--notifier', 'phone'], { env })
    expect(code).toBe(2)
    expect(stderr).toContain('There is: lamp.')
  })

  it('names the place of a mistake in the configuration', async () => {
    configure('notifiers: [{ type: webhook, name: phone, url: "https://x", password: hunter2 }]\n')
    const { code, stderr } = await run(['notify', 'test'], { env })
    expect(code).toBe(2)
    expect(stderr).toContain('notifiers[0]')
  })
})

it('notify -- test leaves the text "test"', async () => {
  const from = { ...env, ITERM_ORCH_MAILBOX: 'claude_cli_a_1' }
  const { code, stdout, stderr } = await run(['notify', '--to', 'claude', '--json', '--', 'test'], {
    env: from,
  })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const pending = join(resolveHome(env).comms, 'claude', 'notifications', 'pending')
  const [file = ''] = readdirSync(pending)
  expect(JSON.parse(stdout).to).toBe('claude')
  expect(readFileSync(join(pending, file), 'utf8')).toContain('test')
})
