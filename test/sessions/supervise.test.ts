import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { OrchError } from '../../src/lib/errors.ts'
import { Supervised } from '../support/supervised.ts'

describe.concurrent('a supervised session', () => {
  it('tells a blocker once: as an event, in the journal, and as its state', async () => {
    const world = new Supervised()
    await world.launch({ name: 'worker' })
    world.terminal.print('FAKE-1', 'looking around\nPERMISSION: may I delete old.log? [y/n] ')
    const { blocker } = await world.event('blocker')
    expect(blocker).toMatchObject({ kind: 'permission', source: 'permission' })
    expect(world.sessions.find('worker').info()).toMatchObject({
      state: 'waiting',
      source: 'screen',
      waitsFor: { text: 'PERMISSION: may I delete old.log? [y/n]' },
    })
    const journal = readFileSync(world.home.events, 'utf8')
    expect(journal.match(/"type":"blocker"/g)).toHaveLength(1)
  })

  it('goes on working when the blocker is answered, and confirms what was typed', async () => {
    const world = new Supervised()
    await world.launch({ name: 'worker' })
    world.terminal.print('FAKE-1', 'QUESTION: which config? ')
    await world.event('blocker')
    const result = await world.sessions.find('worker').inject({ text: 'prod.conf', submit: true, keys: [] })
    expect(result.confirmed).toBe(true)
    expect(world.terminal.get('FAKE-1').typed).toEqual(['prod.conf', '\r'])
    await world.event('unblocked')
    expect(world.sessions.find('worker').info()).toMatchObject({ state: 'working' })
    expect(world.sessions.find('worker').info().waitsFor).toBeUndefined()
  })

  it('keeps the next question, asked before the last answer is known to have been taken', async () => {
    const world = new Supervised()
    await world.launch({ name: 'worker' })
    world.terminal.print('FAKE-1', 'QUESTION: which config? ')
    await world.event('blocker')
    const { onTyped } = world.terminal
    world.terminal.onTyped = (id, text) => {
      onTyped(id, text)
      if (text === '\r') world.terminal.print(id, 'used\nQUESTION: and which region? ')
    }
    await world.sessions.find('worker').inject({ text: 'prod.conf', submit: true, keys: [] })
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(world.sessions.find('worker').info()).toMatchObject({
      state: 'waiting',
      waitsFor: { text: 'QUESTION: and which region?' },
    })
  })

  it('reports an injection as not confirmed when the screen shows nothing of it', async () => {
    const world = new Supervised()
    await world.launch({ name: 'worker' })
    world.terminal.onTyped = () => undefined
    const injecting = world.sessions.find('worker').inject({ text: 'hello', submit: true, keys: [] })
    await expect(injecting).rejects.toMatchObject({
      code: 'submit-unconfirmed',
      message: expect.stringContaining('did not change'),
    })
    expect(await world.event('injection')).toMatchObject({ confirmed: false, error: 'submit-unconfirmed' })
  })

  it('has a name that people can read', async () => {
    const world = new Supervised()
    await world.launch({ name: 'worker' })
    for (const name of ['', '  ', 'a\u001b]0;x', 'x'.repeat(101)]) {
      const refused = { code: 'usage', message: expect.stringMatching(/^The name of a session /u) }
      await expect(world.sessions.rename(world.sessions.find('worker'), name)).rejects.toMatchObject(refused)
      await expect(world.launch({ name })).rejects.toMatchObject(refused)
    }
  })

  it('asks one thing, whatever question stands above it', async () => {
    const world = new Supervised()
    await world.launch({ name: 'worker', command: ['/bin/sh'] })
    world.terminal.print('FAKE-1', 'Which of them, a or b?\nContinue? [y/n] ')
    const { blocker } = await world.event('blocker')
    expect(blocker.text).not.toContain('Which of them')
  })

  it('tells of each that was opened when the terminal fails in the middle of several', async () => {
    const world = new Supervised()
    const open = world.terminal.open.bind(world.terminal)
    let opened = 0
    world.terminal.open = async (request) => {
      opened += 1
      if (opened === 3) throw new OrchError('failed', 'no more tabs')
      return open(request)
    }
    await expect(world.launch({ name: 'many', count: 4 })).rejects.toMatchObject({
      code: 'failed',
      message: 'Only 2 of 4 sessions were opened (many-1, many-2): no more tabs',
      hint: expect.stringContaining('iterm-orch close'),
      details: { opened: [{ name: 'many-1' }, { name: 'many-2' }] },
    })
    expect(world.sessions.list().map(({ name }) => name)).toEqual(['many-1', 'many-2'])
    const records = readdirSync(world.home.sessions).filter((name) => /^[0-9A-F-]{36}\.json$/u.test(name))
    expect(records).toHaveLength(2)
  })

  it('types ten injections at once one after the other', async () => {
    const world = new Supervised()
    await world.launch({ name: 'worker' })
    const session = world.sessions.find('worker')
    const texts = Array.from({ length: 10 }, (_, number) => `message ${number}`)
    await Promise.all(texts.map((text) => session.inject({ text, submit: true, keys: [] })))
    expect(world.terminal.get('FAKE-1').typed).toEqual(texts.flatMap((text) => [text, '\r']))
  })

  it('binds an answer to the line that asks: this time, not the next, and not when it is gone', async () => {
    const world = new Supervised()
    await world.launch({ name: 'worker' })
    const session = world.sessions.find('worker')
    world.terminal.print('FAKE-1', 'QUESTION: go on? ')
    const first = (await world.event('blocker')).blocker
    expect(first.prompt).toMatchObject({ kind: 'free-text', question: 'QUESTION: go on?', options: [] })
    const fingerprint = first.prompt?.fingerprint
    expect(await session.answer({ fingerprint, text: 'aye' })).toMatchObject({ fingerprint, already: false })
    expect(world.terminal.get('FAKE-1').typed.join('')).toBe('aye\r')
    world.terminal.print('FAKE-1', 'QUESTION: go on? ')
    const { blocker } = await world.event('blocker', (event) => event.blocker.id !== first.id)
    expect(blocker.prompt?.fingerprint).not.toBe(fingerprint)
    await expect(session.answer({ fingerprint: 'of another', text: 'no' })).rejects.toMatchObject({
      code: 'prompt-changed',
    })
    world.terminal.print('FAKE-1', 'never mind\nI decided myself\n')
    const late = session.answer({ fingerprint: blocker.prompt?.fingerprint, text: 'too late' })
    await expect(late).rejects.toMatchObject({ code: 'no-prompt' })
    expect(world.terminal.get('FAKE-1').typed.join('')).toBe('aye\r')
  })

  it('offers the words of a permission line as options', async () => {
    const world = new Supervised()
    await world.launch({ name: 'worker' })
    world.terminal.print('FAKE-1', 'PERMISSION: may I delete old.log? [y/n] ')
    const { prompt } = (await world.event('blocker')).blocker
    expect(prompt).toMatchObject({ kind: 'permission' })
    expect(prompt?.options.map(({ meaning }) => meaning)).toEqual(['approve', 'deny'])
    const answer = { fingerprint: prompt?.fingerprint, choice: 'deny' }
    expect(await world.sessions.find('worker').answer(answer)).toMatchObject({ chosen: 'no' })
    expect(world.terminal.get('FAKE-1').typed.join('')).toBe('n\r')
  })

  it('does not take the echo of what was typed for a blocker', async () => {
    const world = new Supervised()
    await world.launch({ name: 'worker' })
    await world.sessions.find('worker').inject({ text: 'fix ERROR: disk full', submit: true, keys: [] })
    world.terminal.print('FAKE-1', 'ERROR: real one\n')
    await world.event('blocker')
    expect(world.events.flatMap((event) => (event.type === 'blocker' ? event.blocker.text : []))).toEqual([
      'ERROR: real one',
    ])
  })

  it('reads what scrolled by between two pictures', async () => {
    const world = new Supervised()
    await world.launch({ name: 'worker' })
    world.terminal.print('FAKE-1', `ERROR: early\n${'noise\n'.repeat(200)}`)
    expect((await world.event('blocker')).blocker.text).toBe('ERROR: early')
  })

  it('believes what the program reports before its screen', async () => {
    const world = new Supervised()
    await world.launch({ name: 'worker' })
    const report = (value: object) =>
      world.terminal.setVariable('FAKE-1', 'orch.programStatus', [{ ...value }])
    report({ state: 'blocked', kind: 'permission', msg: 'approve Bash: ls' })
    expect((await world.event('blocker')).blocker).toMatchObject({
      source: 'program-status',
      text: 'approve Bash: ls',
    })
    report({ state: 'idle' })
    expect(world.sessions.find('worker').info()).toMatchObject({ state: 'idle', source: 'program-status' })
  })

  it('notices the end of the program and keeps its last screen', async () => {
    const world = new Supervised()
    await world.launch({ name: 'worker' })
    world.terminal.print('FAKE-1', 'last words\n')
    world.terminal.exit('FAKE-1', 3)
    expect(await world.event('exited')).toMatchObject({
      exitCode: 3,
      reason: 'the program ended with status 3',
    })
    const session = world.sessions.find('worker')
    expect(session.info()).toMatchObject({ state: 'exited', exitCode: 3 })
    expect(session.record.exit?.lastScreen).toEqual(['last words'])
    await expect(session.inject({ text: 'x', submit: true, keys: [] })).rejects.toMatchObject({
      code: 'session-gone',
    })
  })

  it('fails a launch whose program dies at once, with its last screen', async () => {
    const world = new Supervised()
    const open = world.terminal.open.bind(world.terminal)
    world.terminal.open = async (request) => {
      const id = await open(request)
      world.terminal.print(id, 'sh: bad option\n')
      world.terminal.exit(id, 2)
      return id
    }
    await expect(world.launch()).rejects.toMatchObject({
      code: 'launch-failed',
      message: expect.stringContaining('sh: bad option'),
    })
    expect(world.sessions.list()).toEqual([])
  })
})

describe.concurrent('after a restart of the service', () => {
  it('every session is found again, with its name, its task and its blocker, told only once', async () => {
    const before = new Supervised()
    await before.launch({ name: 'one', task: 'first task' })
    await before.launch({ name: 'two', task: 'second task' })
    before.terminal.print('FAKE-1', 'PERMISSION: go?')
    await before.event('blocker')
    before.sessions.stop()
    before.terminal.print('FAKE-2', 'QUESTION: meanwhile?')

    const after = new Supervised(before)
    after.sessions.load()
    await after.sessions.adopt(after.terminal)
    expect(await after.event('blocker')).toMatchObject({
      name: 'two',
      blocker: { text: 'QUESTION: meanwhile?' },
    })
    const list = after.sessions.list().map(({ name, task, state }) => ({ name, task, state }))
    expect(list).toEqual([
      { name: 'one', task: 'first task', state: 'waiting' },
      { name: 'two', task: 'second task', state: 'waiting' },
    ])
    const journal = readFileSync(after.home.events, 'utf8')
    expect(journal.match(/"type":"blocker"/g)).toHaveLength(2)
  })

  it('a session is known by its script when the service died before it wrote the terminal id down', async () => {
    const before = new Supervised()
    const [info] = await before.launch({ name: 'one' })
    before.sessions.find('one').update({ terminalSession: undefined, stage: 'intent' })
    before.sessions.stop()
    const after = new Supervised(before)
    after.sessions.load()
    await after.sessions.adopt(after.terminal)
    expect(after.sessions.find('one').info()).toMatchObject({ id: info?.id, terminalSession: 'FAKE-1' })
  })

  it('what is gone is said to be gone', async () => {
    const before = new Supervised()
    await before.launch({ name: 'one' })
    before.sessions.stop()
    await before.terminal.close('FAKE-1')
    const after = new Supervised(before)
    after.sessions.load()
    await after.sessions.adopt(after.terminal)
    expect(after.sessions.find('one').info()).toMatchObject({
      state: 'exited',
      reason: 'it is no longer in the terminal',
    })
  })

  it('a lost terminal makes the state unknown, one that ended makes it exited', async () => {
    const world = new Supervised()
    await world.launch({ name: 'one' })
    world.sessions.lost('host', false)
    expect(world.sessions.find('one').info()).toMatchObject({ state: 'unknown' })
    await world.sessions.adopt(world.terminal)
    await world.event('state', (event) => event.to === 'working' && event.from === 'unknown')
    world.sessions.lost('host', true)
    expect(world.sessions.find('one').info()).toMatchObject({
      state: 'exited',
      reason: 'terminal lost: it ended, and the program with it',
    })
  })
})
