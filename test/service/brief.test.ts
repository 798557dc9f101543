import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { useService } from '../support/use-service.ts'

const { service, client, launch } = useService()

/** A program of this name on the PATH that writes down its arguments and what it knows of itself. */
function fake(name: string): { env: { PATH: string }; given: () => Promise<string[]>; path: string } {
  const bin = join(service.work, 'bin')
  const log = join(service.work, `${name}.args`)
  mkdirSync(bin, { recursive: true })
  rmSync(log, { force: true })
  const body = `printf '%s\\0' "$@" "$ITERM_ORCH_MAILBOX" > '${log}.new'; mv '${log}.new' '${log}'; sleep 1.3`
  writeFileSync(join(bin, name), `#!/bin/sh\n${body}\n`, { mode: 0o755 })
  const given = async () => {
    await expect.poll(() => existsSync(log), { timeout: 20_000 }).toBe(true)
    return readFileSync(log, 'utf8').split('\0').slice(0, -1)
  }
  return { env: { PATH: `${bin}:${process.env['PATH']}` }, given, path: join(bin, name) }
}

const cwd = service.work
const textOf = (file: string | undefined) => readFileSync(file ?? '', 'utf8')

describe('a launched agent', () => {
  it('has a mailbox, in its record, in its environment and on the disk, which a new name does not change', async () => {
    const { env, given } = fake('gemini')
    const [session] = await client().launch({ task: 'tidy up', agent: 'gemini', name: 'tidy', cwd, env })
    const mailbox = `claude_cli_tidy_${session?.id.slice(0, 8)}`
    expect(session).toMatchObject({ mailbox })
    expect((await given()).at(-1)).toBe(mailbox)
    expect(existsSync(join(service.home.comms, mailbox, 'instant_messaging', 'active'))).toBe(true)
    await client().rename('tidy', 'other')
    expect(await client().session('other')).toMatchObject({ mailbox })
    const record: unknown = JSON.parse(textOf(join(service.home.sessions, `${session?.id}.json`)))
    expect(record).toMatchObject({ name: 'other', mailbox })
  })

  it('gets its instructions in a file where its program takes one, and its task as it is', async () => {
    const { env, given } = fake('claude')
    const [session] = await client().launch({ task: 'tidy up', agent: 'claude', cwd, env })
    const args = await given()
    const file = args[args.indexOf('--append-system-prompt-file') + 1]
    expect(textOf(file)).toContain(`Your mailbox is \`${session?.mailbox}\`; your task is \`tidy-up\``)
    expect(textOf(file)).not.toMatch(/\{\{|exactly one agent gets each task/i)
    expect(args.at(-2)).toBe('tidy up')
    await client().close(session?.id ?? '', { force: true })
    expect(existsSync(file ?? '')).toBe(false)
  })

  it('gets them behind its task where there is no other way', async () => {
    const { env, given } = fake('gemini')
    const [session] = await client().launch({ task: '- tidy up\n', agent: 'gemini', cwd, env })
    const task = (await given()).at(-2)
    expect(task).toMatch(/^ - tidy up\n\n---\n\n# How you work here\n/)
    expect(task).toContain(session?.mailbox)
  })

  it('reads a file when task and instructions are too long for an argument', async () => {
    const { env, given } = fake('gemini')
    const long = 'tidy up '.repeat(5_000)
    await client().launch({ task: long, agent: 'gemini', cwd, env })
    const [, file] = /^Read (\S+) and do what it says\.$/.exec((await given()).at(-2) ?? '') ?? []
    expect(textOf(file)).toMatch(/^tidy up [\s\S]*\n\n---\n\n# How you work here\n/)
  })

  it('can be one that leads others', async () => {
    const { env, given } = fake('claude')
    await client().launch({ task: 'lead', agent: 'claude', cwd, env, brief: 'orchestrator' })
    const args = await given()
    const text = textOf(args[args.indexOf('--append-system-prompt-file') + 1])
    expect(text).toContain('# How you lead others here')
    expect(text).toContain('# How you work here')
  })

  it('gets only its task when it shall have no instructions', async () => {
    const { env, given } = fake('claude')
    await client().launch({ task: 'tidy up', agent: 'claude', cwd, env, brief: 'none' })
    expect(await given()).not.toContain('--append-system-prompt-file')
  })
})

describe('a program of the configuration', () => {
  it('gets its task unchanged, unless instructions are asked for', async () => {
    const { given, path } = fake('worker')
    writeFileSync(service.home.config, `agents:\n  mine:\n    command: [${path}]\n`)
    await client().launch({ task: 'tidy up', agent: 'mine', cwd })
    expect((await given()).at(-2)).toBe('tidy up')
    const { given: again } = fake('worker')
    await client().launch({ task: 'tidy up', agent: 'mine', cwd, brief: 'worker' })
    expect((await again()).at(-2)).toMatch(/^tidy up\n\n---\n\n# How you work here\n/)
  })

  it('that gets no task cannot get instructions', async () => {
    await expect(
      client().launch({ task: 'x', command: ['sleep', '600'], cwd, brief: 'worker' }),
    ).rejects.toMatchObject({ code: 'usage' })
    await launch('plain', ['sleep', '600'])
    expect(await client().session('plain')).toHaveProperty('mailbox')
  })
})
