import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { useService } from '../support/use-service.ts'

const { service, client, watch } = useService()

const recording = new URL('../fixtures/agents/claude/permission-command-80.cast', import.meta.url)

/** Shows the recorded screen of Claude Code, then its dialog, and goes on after `y`; the rest is answers of the terminal. */
function writeActor(reports: boolean): string {
  const [, ...lines] = readFileSync(recording, 'utf8').trim().split('\n')
  const texts = lines
    .map((line): [number, string, string] => JSON.parse(line))
    .filter(([, kind]) => kind === 'o')
    .map(([, , text]) => (reports ? text : text.replaceAll('\u001b]7501;', '\u001b]7599;')))
  const dialog = texts.findIndex((text) => text.includes('Bash command'))
  const name = reports ? 'reporting' : 'silent'
  const file = (part: string) => join(service.work, `${name}.${part}`)
  writeFileSync(file('screen'), texts.slice(0, dialog).join(''))
  writeFileSync(file('dialog'), texts[dialog] ?? '')
  writeFileSync(file('after'), '\u001b[H\u001b[2Jgone\r\n')
  writeFileSync(
    file('sh'),
    `stty raw -echo
while [ "$(stty size)" != "40 80" ]; do sleep 0.05; done
cat ${file('screen')}; sleep 0.2; cat ${file('dialog')}
while [ "$(head -c 1)" != y ]; do :; done
cat ${file('after')}; exec sleep 600
`,
  )
  return file('sh')
}

async function play(name: string, reports: boolean) {
  const log = watch()
  const command = ['/bin/sh', writeActor(reports)]
  const launching = client().launch({
    ...{ task: 'work', name, agent: 'claude', command, cwd: service.work },
    env: { PATH: process.env['PATH'] ?? '' },
  })
  await log.until((candidate) => candidate.type === 'launched' && candidate.name === name)
  await client().resize(name, 80, 40)
  const event = await log.until((candidate) => candidate.type === 'blocker' && candidate.name === name)
  await launching
  return { log, blocker: event.type === 'blocker' ? event.blocker : undefined }
}

describe('the dialog of a real agent', () => {
  it('is told with its question, its options and their keys, explained by why, and over when it is gone', async () => {
    const { log, blocker } = await play('silent', false)
    expect(blocker).toMatchObject({
      kind: 'permission',
      source: 'screen',
      prompt: { question: 'Do you want to proceed?', subject: expect.stringContaining('touch marker.txt') },
    })
    expect(blocker?.prompt?.options[0]).toMatchObject({ label: 'Yes', meaning: 'approve', selected: true })
    const why = await client().why('silent')
    expect(why).toMatchObject({
      profile: 'claude',
      session: { state: 'waiting', source: 'screen' },
      screen: { state: 'waiting', confidence: 0.95 },
    })
    expect(why.screen?.lines.join('\n')).toContain('Do you want to proceed?')
    await client().input('silent', Buffer.from('y'))
    const over = await log.until(({ type }) => type === 'unblocked')
    expect(over).toMatchObject({ name: 'silent', blocker: { id: blocker?.id } })
    expect((await client().session('silent')).waitsFor).toBeUndefined()
  })

  it('comes with what the agent reports, which is the first word; the screen adds the options', async () => {
    const { blocker } = await play('reporting', true)
    expect(blocker?.prompt?.options.length).toBeGreaterThan(2)
    const why = await client().why('reporting')
    expect(why.session).toMatchObject({ state: 'waiting', source: 'program-status' })
    expect(why.others).toContainEqual(
      expect.objectContaining({ source: 'screen', state: 'waiting', because: 'agrees' }),
    )
  })
})

describe('a capture', () => {
  it('holds the screen with its styles and what was made of it, without secrets', async () => {
    const log = watch()
    const line = 'printf "\\033[32mERROR:\\033[0m bad key sk-abcdefghijklmnop1234\\n"; exec sleep 600'
    await client().launch({
      ...{ task: 'x', name: 'faulty', command: ['/bin/sh', '-c', line] },
      ...{ cwd: service.work, env: { PATH: process.env['PATH'] ?? '' } },
    })
    await log.until(({ type }) => type === 'blocker')
    const capture = await client().capture('faulty')
    expect(capture.text[0]).toBe('ERROR: bad key [redacted]')
    expect(JSON.stringify(capture)).not.toContain('abcdefghijklmnop')
    expect(capture.why).toMatchObject({ profile: 'shell', session: { state: 'waiting' } })
  })
})

describe('the stream of events', () => {
  it('goes on after the event that a client has seen last', async () => {
    const log = watch()
    await client().launch({
      ...{ task: 'x', name: 'short', command: ['/bin/sh', '-c', 'echo ERROR: one; exec sleep 600'] },
      ...{ cwd: service.work, env: { PATH: process.env['PATH'] ?? '' } },
    })
    const launched = await log.until(({ type }) => type === 'launched')
    const blocker = await log.until(({ type }) => type === 'blocker')
    for await (const event of client().events({ after: launched.id })) {
      expect(event.id > launched.id).toBe(true)
      if (event.id === blocker.id) return
    }
  })
})

describe('the configuration', () => {
  it('is read again when it was changed; a broken one changes nothing and says so', async () => {
    const log = watch()
    const pattern = '{ name: alarm, pattern: "^ALARM ", kind: question }'
    writeFileSync(service.home.config, `blockers:\n  patterns:\n    - ${pattern}\n`)
    expect(await log.until(({ type }) => type === 'config')).toMatchObject({ ok: true })
    writeFileSync(service.home.config, 'blockers: [nonsense')
    const refused = await log.until((event) => event.type === 'config' && !event.ok)
    expect(refused).toMatchObject({ path: service.home.config, why: expect.stringContaining('not valid') })
    const { checks } = await client().doctor()
    expect(checks.find(({ name }) => name === 'configuration')?.status).toBe('fail')
    const notices: string[] = []
    const order = { task: 'x', name: 'meanwhile', command: ['/bin/sleep', '600'], cwd: service.work }
    const env = { PATH: process.env['PATH'] ?? '' }
    const [opened] = await client().launch({ ...order, env }, (notice) => notices.push(notice))
    expect(opened?.name).toBe('meanwhile')
    expect(notices).toEqual([
      expect.stringMatching(/^The configuration of before was used: .*config\.yaml is not valid/u),
    ])
    writeFileSync(service.home.config, `blockers:\n  patterns:\n    - ${pattern}\n`)
    const count = () => log.seen.filter((event) => event.type === 'config' && event.ok).length
    await log.until(() => count() === 2)
    await client().launch({
      ...{ task: 'x', name: 'alarming', command: ['/bin/sh', '-c', 'echo ALARM now; exec sleep 600'] },
      ...{ cwd: service.work, env: { PATH: process.env['PATH'] ?? '' } },
    })
    const event = await log.until((seen) => seen.type === 'blocker' && seen.name === 'alarming')
    expect(event).toMatchObject({ blocker: { source: 'alarm', text: 'ALARM now' } })
    writeFileSync(service.home.config, '')
  })
})
