import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeEach, describe, expect, it } from 'vitest'
import { resolveHome } from '../../../src/lib/home.ts'
import {
  type HookOptions,
  hookStatus,
  installHooks,
  uninstallHooks,
} from '../../../src/signals/hooks/install.ts'

const program = fileURLToPath(import.meta.url)
let home = ''
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'agent-'))
})

function options(agent: string, more: Partial<HookOptions> = {}): HookOptions {
  const env = { HOME: home }
  return { home: resolveHome(env), agent, own: [process.execPath, program], env, ...more }
}

function put(path: string, text: string, mode = 0o644): string {
  const file = join(home, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
  chmodSync(file, mode)
  return file
}

const read = (path: string) => readFileSync(path, 'utf8')
const settings = '{\n    "model": "opus",\n    "permissions": { "allow": ["Bash(ls)"] }\n}\n'

describe('the hooks of Claude Code', () => {
  it('are entries for ten events, beside what was there, and gone again without a trace', async () => {
    const file = put('.claude/settings.json', settings, 0o640)
    expect(hookStatus(options('claude')).state).toBe('not-installed')
    const change = await installHooks(options('claude'))
    expect(change.files).toEqual([{ path: file, changed: true, backup: `${file}.iterm-orch-backup` }])
    const { hooks, ...others } = JSON.parse(read(file))
    expect(others).toEqual(JSON.parse(settings))
    expect(Object.keys(hooks)).toHaveLength(10)
    expect(read(`${file}.iterm-orch-backup`)).toBe(settings)
    expect(statSync(file).mode & 0o777).toBe(0o640)
    expect(hookStatus(options('claude')).state).toBe('installed')
    await uninstallHooks(options('claude'))
    expect(read(file)).toBe(settings)
    expect(statSync(file).mode & 0o777).toBe(0o640)
  })

  it('are not written a second time', async () => {
    const file = put('.claude/settings.json', settings)
    await installHooks(options('claude'))
    const { mtimeNs, ino } = statSync(file, { bigint: true })
    expect((await installHooks(options('claude'))).files).toEqual([{ path: file, changed: false }])
    expect(statSync(file, { bigint: true })).toMatchObject({ mtimeNs, ino })
    expect(read(`${file}.iterm-orch-backup`)).toBe(settings)
  })

  it('make a file where there was none, and take it away with them', async () => {
    const file = join(home, '.claude', 'settings.json')
    await installHooks(options('claude'))
    expect(statSync(file).mode & 0o777).toBe(0o600)
    await uninstallHooks(options('claude'))
    expect(existsSync(file)).toBe(false)
  })

  it('leave what a person wrote meanwhile', async () => {
    const file = put('.claude/settings.json', settings)
    await installHooks(options('claude'))
    writeFileSync(file, read(file).replace('"opus"', '"sonnet"'))
    await uninstallHooks(options('claude'))
    expect(read(file)).toBe(settings.replace('"opus"', '"sonnet"'))
  })

  it('follow a link and leave it a link', async () => {
    const real = put('dotfiles/claude.json', settings)
    const link = join(home, '.claude', 'settings.json')
    mkdirSync(dirname(link))
    symlinkSync('../dotfiles/claude.json', link)
    await installHooks(options('claude'))
    expect(readlinkSync(link)).toBe('../dotfiles/claude.json')
    expect(read(real)).toContain('PermissionRequest')
    rmSync(real)
    await expect(installHooks(options('claude'))).rejects.toThrow('cannot be read')
    expect(existsSync(real)).toBe(false)
  })

  it('are not put into a file that is broken, and the place is named', async () => {
    const text = '{\n  "model": "opus",\n  "env": { A }\n}\n'
    const file = put('.claude/settings.json', text)
    await expect(installHooks(options('claude'))).rejects.toMatchObject({
      code: 'invalid-config',
      message: expect.stringContaining('line 3, column 12'),
    })
    await expect(uninstallHooks(options('claude'))).rejects.toMatchObject({ code: 'invalid-config' })
    expect(read(file)).toBe(text)
    expect(existsSync(`${file}.iterm-orch-backup`)).toBe(false)
    expect(hookStatus(options('claude'))).toMatchObject({ state: 'broken', path: file })
  })

  it('are not put into a file that is no text', async () => {
    const file = put('.claude/settings.json', '')
    writeFileSync(file, Buffer.from([0x7b, 0xff, 0x7d]))
    await expect(installHooks(options('claude'))).rejects.toMatchObject({ code: 'invalid-config' })
    expect(readFileSync(file)).toEqual(Buffer.from([0x7b, 0xff, 0x7d]))
  })

  it('of a project stand in the file that is not shared', async () => {
    const project = join(home, 'shop')
    const { files } = await installHooks(options('claude', { project }))
    expect(files[0]?.path).toBe(join(project, '.claude', 'settings.local.json'))
    expect(hookStatus(options('claude')).state).toBe('not-installed')
    expect(hookStatus(options('claude', { project })).state).toBe('installed')
  })

  it('stand where CLAUDE_CONFIG_DIR says', () => {
    const env = { HOME: home, CLAUDE_CONFIG_DIR: join(home, 'elsewhere') }
    expect(hookStatus(options('claude', { env })).path).toBe(join(home, 'elsewhere', 'settings.json'))
  })

  it('are outdated when some are missing, and broken when their program is gone', async () => {
    const file = put('.claude/settings.json', settings)
    await installHooks(options('claude', { own: [process.execPath, join(home, 'gone.js')] }))
    expect(hookStatus(options('claude'))).toMatchObject({
      state: 'broken',
      why: `${join(home, 'gone.js')} is no longer there.`,
    })
    await installHooks(options('claude'))
    expect(hookStatus(options('claude')).state).toBe('installed')
    writeFileSync(file, read(file).replace('"StopFailure"', '"OldEvent"'))
    expect(hookStatus(options('claude')).state).toBe('outdated')
    await installHooks(options('claude'))
    expect(hookStatus(options('claude')).state).toBe('installed')
    expect(read(file)).not.toContain('OldEvent')
  })

  it('are said to be without effect when all hooks are switched off', async () => {
    put('.claude/settings.json', '{"disableAllHooks": true}')
    const { notes } = await installHooks(options('claude'))
    expect(notes).toEqual([expect.stringContaining('disableAllHooks is true')])
  })
})

describe('the hooks of Codex', () => {
  it('are entries in hooks.json and a notify line in config.toml', async () => {
    const config = '# mine\nmodel = "gpt"\n\n[tui] # last\nx = 1\n'
    const file = put('.codex/config.toml', config)
    const { notes } = await installHooks(options('codex'))
    expect(notes).toEqual([expect.stringContaining('/hooks')])
    expect(read(file)).toMatch(/^# mine\nmodel = "gpt"\nnotify = \[.*"notify"\]\n\n\[tui\] # last\nx = 1\n$/)
    expect(hookStatus(options('codex')).state).toBe('installed')
    await uninstallHooks(options('codex'))
    expect(read(file)).toBe(config)
    expect(existsSync(join(home, '.codex', 'hooks.json'))).toBe(false)
  })

  it("leave a person's own notify program in its place", async () => {
    const config = 'notify = ["terminal-notifier"]\n'
    const file = put('.codex/config.toml', config)
    const { notes } = await installHooks(options('codex'))
    expect(notes).toContainEqual(expect.stringContaining('which stays'))
    await uninstallHooks(options('codex'))
    expect(read(file)).toBe(config)
  })

  it('are not put into either file when one of them is broken', async () => {
    put('.codex/config.toml', 'model = "open\n')
    await expect(installHooks(options('codex'))).rejects.toThrow('line 1, column 1')
    expect(existsSync(join(home, '.codex', 'hooks.json'))).toBe(false)
  })
})

describe('installing', () => {
  it.each(['gemini', 'qwen'])('works for %s', async (agent) => {
    const file = put(`.${agent}/settings.json`, '{\n  // theme\n  "ui": {},\n}\n')
    await installHooks(options(agent))
    expect(hookStatus(options(agent)).state).toBe('installed')
    expect(read(file)).toContain('// theme')
    await uninstallHooks(options(agent))
    expect(read(file)).toBe('{\n  // theme\n  "ui": {},\n}\n')
  })

  it('is refused for an agent without hooks', async () => {
    await expect(installHooks(options('aider'))).rejects.toMatchObject({
      code: 'agent-unknown',
      hint: expect.stringContaining('claude, codex, gemini, qwen'),
    })
  })

  it('of many at once puts the entries in once', async () => {
    const file = put('.claude/settings.json', settings)
    const changes = await Promise.all(Array.from({ length: 8 }, () => installHooks(options('claude'))))
    expect(changes.filter(({ files }) => files[0]?.changed)).toHaveLength(1)
    expect(read(file).match(/hook --agent claude/g)).toHaveLength(10)
  })
})
