import { spawnSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { OrchError } from '../../src/lib/errors.ts'
import { resolveHome } from '../../src/lib/home.ts'
import { appendRecord } from '../../src/mail/append.ts'
import { wholeText } from '../../src/mail/attachments.ts'
import { commsAt, openComms } from '../../src/mail/comms.ts'
import { examineMail } from '../../src/mail/doctor.ts'
import { Inbox } from '../../src/mail/inbox.ts'
import { createMailbox, mailboxAt, threadDirectory } from '../../src/mail/mailbox.ts'
import { fileNamePart, parseMailboxName, parseTaskName } from '../../src/mail/names.ts'
import { leaveNote } from '../../src/mail/notify.ts'
import { Receipts } from '../../src/mail/receipts.ts'
import { sendMessage } from '../../src/mail/send.ts'
import { readThread } from '../../src/mail/thread-log.ts'
import { foreignThread, mailHome, say } from './mail-home.ts'

const hostile = [
  '',
  '.',
  '..',
  '../x',
  'a/b',
  '/etc',
  'a\nb',
  'a\0b',
  '..hidden',
  'a..b',
  ' x',
  'x ',
  '-x',
  'n'.repeat(300),
]

function codeOf(action: () => unknown): string {
  try {
    action()
    return 'none'
  } catch (error) {
    if (!(error instanceof OrchError)) throw error
    expect(error.hint).toBeTruthy()
    return error.code
  }
}

function shell(line: string): boolean {
  return spawnSync('/bin/sh', ['-c', line]).status === 0
}

describe('names', () => {
  it.each(hostile)('%j is refused for a task, a mailbox and a reader', (name) => {
    const { comms, desktop } = mailHome()
    expect(codeOf(() => parseTaskName(name))).toBe('bad-name')
    expect(codeOf(() => mailboxAt(comms, name))).toBe('bad-name')
    expect(codeOf(() => threadDirectory(desktop, name))).toBe('bad-name')
    expect(codeOf(() => new Receipts(comms, desktop, name))).toBe('bad-name')
  })

  it('of any kind lead nowhere else', () => {
    const { comms, desktop } = mailHome()
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (text) => {
        if (codeOf(() => parseTaskName(text)) === 'none')
          expect(join(threadDirectory(desktop, text), '..')).toBe(desktop.active)
        if (codeOf(() => parseMailboxName(text)) === 'none')
          expect(join(mailboxAt(comms, text).path, '..')).toBe(comms.root)
        expect(fileNamePart(text)).not.toMatch(/\/|\0|^\.|\.\.|\n/)
      }),
    )
  })

  it('have short forms', () => {
    const names = ['desktop', 'claude', 'cli', 'cli_a_17', 'orch_17', 'claude_cli_orch_17']
    expect(names.map(parseMailboxName)).toEqual([
      'claude',
      'claude',
      'claude_cli',
      'claude_cli_a_17',
      'claude_cli_orch_17',
      'claude_cli_orch_17',
    ])
  })
})

describe('links', () => {
  const outside = () => mkdtempSync(join(tmpdir(), 'io-out-'))

  it('that lead out are followed neither for writing nor for reading', () => {
    const home = mailHome()
    const target = outside()
    writeFileSync(join(target, 'thread.jsonl'), '{"from":"x","ts":"","text":"secret"}\n')
    symlinkSync(target, join(home.desktop.active, 'job'))
    expect(codeOf(() => say(home, 'hello'))).toBe('outside-mailboxes')
    expect(codeOf(() => readThread(home.comms, join(home.desktop.active, 'job')))).toBe('outside-mailboxes')
    const unread = new Inbox(home.comms, home.desktop).look()
    expect(unread.threads).toEqual([])
    expect(unread.problems).toHaveLength(1)
    expect(readFileSync(join(target, 'thread.jsonl'), 'utf8')).not.toContain('hello')
  })

  it.each(['thread.jsonl', 'attachments'])('in place of %s neither', (name) => {
    const home = mailHome()
    const target = outside()
    const file = join(target, 'file')
    writeFileSync(file, '')
    symlinkSync(name === 'attachments' ? target : file, join(foreignThread(home, 'job'), name))
    expect(codeOf(() => say(home, 'hello '.repeat(20_000)))).toBe('outside-mailboxes')
    expect([readFileSync(file, 'utf8'), readdirSync(target)]).toEqual(['', ['file']])
  })

  it('to what does not exist yet are not created through', () => {
    const home = mailHome()
    const target = join(outside(), 'new')
    symlinkSync(target, join(foreignThread(home, 'job'), 'thread.jsonl'))
    expect(codeOf(() => say(home, 'hello'))).toBe('outside-mailboxes')
    expect(existsSync(target)).toBe(false)
  })

  it('in a circle are an error', () => {
    const home = mailHome()
    const job = join(home.desktop.active, 'job')
    symlinkSync(`${job}2`, job)
    symlinkSync(job, `${job}2`)
    expect(codeOf(() => say(home, 'hello'))).toBe('mail-unreadable')
  })

  it('inside are fine, and so is a comms root that is one', async () => {
    const home = mailHome()
    const real = foreignThread(home, 'real')
    symlinkSync(real, join(home.desktop.active, 'job'))
    const id = say(home, 'hello')
    expect(readThread(home.comms, real).messages).toMatchObject([{ id }])
    const link = join(outside(), 'link')
    symlinkSync(home.comms.root, link)
    const own = resolveHome({ ITERM_ORCH_HOME: outside() })
    writeFileSync(own.config, `comms:\n  root: ${link}\n`)
    expect(await openComms(own)).toEqual(home.comms)
  })

  it('of an attachment lead nowhere', () => {
    const { comms, desktop } = mailHome()
    const attachment = {
      name: 'x',
      path: '../../../../../etc/passwd',
      bytes: 1,
      sha256: '',
      role: 'text' as const,
    }
    const message = { id: '1', from: 'x', ts: '', type: 'message', text: '', attachments: [attachment] }
    expect(codeOf(() => wholeText(comms, join(desktop.active, 'job'), message))).toBe('outside-mailboxes')
  })
})

describe('what cannot be written or read', () => {
  it('is a full disk: an error, nothing is lost, and the next message is whole', (test) => {
    const small = mkdtempSync(join(tmpdir(), 'io-full-'))
    if (!shell(`mount -t tmpfs -o size=128k tmpfs ${small}`))
      return test.skip('only root on Linux can mount a small disk')
    try {
      const comms = commsAt(small)
      createMailbox(comms, 'claude')
      const worker = createMailbox(comms, 'claude_cli_worker_1')
      const home = { comms, desktop: mailboxAt(comms, 'claude'), worker }
      const ids: string[] = []
      const fill = () => {
        for (let n = 0; n < 100; n++) ids.push(say(home, `${n} ${'x'.repeat(2_500)}`))
      }
      expect(codeOf(fill)).toBe('mail-unwritable')
      const read = () => readThread(comms, join(home.desktop.active, 'job'))
      const delivered = read().messages.map(({ id }) => id)
      expect(delivered.slice(0, ids.length)).toEqual(ids)
      rmSync(join(worker.active, 'job'), { recursive: true })
      const id = say(home, 'there is room again')
      expect(read().messages.map(({ id }) => id)).toEqual([...delivered, id])
    } finally {
      shell(`umount ${small}`)
    }
  })

  it('is a disk that is full for every write', () => {
    if (existsSync('/dev/full'))
      expect(codeOf(() => appendRecord('/dev/full', { id: 1 }))).toBe('mail-unwritable')
  })

  it('is a file system that is read-only', (test) => {
    const small = mkdtempSync(join(tmpdir(), 'io-ro-'))
    if (!shell(`mount -t tmpfs -o ro tmpfs ${small}`))
      return test.skip('only root on Linux can mount a small disk')
    try {
      expect(() => createMailbox(commsAt(small), 'claude')).toThrow(/the file system is read-only/)
    } finally {
      shell(`umount ${small}`)
    }
  })

  it('is a directory that was deleted: it is made again', () => {
    const home = mailHome()
    say(home, 'one')
    rmSync(home.desktop.path, { recursive: true })
    const id = say(home, 'two')
    expect(readThread(home.comms, join(home.desktop.active, 'job')).messages).toMatchObject([{ id }])
  })

  it('is a mailbox in whose place a file stands', () => {
    const home = mailHome()
    rmSync(home.desktop.path, { recursive: true })
    writeFileSync(home.desktop.path, '')
    expect(codeOf(() => say(home, 'hello'))).toMatch(/^mail-un/)
    expect(() => new Inbox(home.comms, home.desktop).look()).toThrow(/Cannot read/)
  })

  it.skipIf(process.getuid?.() === 0)('is a mailbox without permission: an error, not an empty one', () => {
    const home = mailHome()
    say(home, 'hello')
    chmodSync(home.desktop.active, 0)
    expect(() => new Inbox(home.comms, home.desktop).look()).toThrow(/permission is missing/)
    chmodSync(home.desktop.active, 0o700)
  })

  it('is a configured comms root that does not exist', async () => {
    const home = resolveHome({ ITERM_ORCH_HOME: mkdtempSync(join(tmpdir(), 'io-h-')) })
    writeFileSync(home.config, 'comms: {root: mounted/mail}\n')
    await expect(openComms(home)).rejects.toMatchObject({ code: 'mail-unreadable' })
    mkdirSync(join(home.root, 'mounted', 'mail'), { recursive: true })
    expect((await openComms(home)).root).toContain('mounted')
  })

  it('is a mailbox that nobody has', () => {
    const home = mailHome()
    const { comms, worker } = home
    const draft = { from: worker.name, to: 'claude_cli_typo', task: 't', type: 'message', text: 'x' }
    expect(codeOf(() => sendMessage(comms, draft))).toBe('mailbox-not-found')
    expect(
      codeOf(() =>
        leaveNote(comms, worker.name, 'claude_cli_typo', { title: 't', text: 'x', attachments: [] }),
      ),
    ).toBe('mailbox-not-found')
  })
})

describe('doctor', () => {
  const later = () => Date.now() + 3_600_000

  it('repairs a torn end, missing copies and directories, and puts aside what belongs to nothing', () => {
    const home = mailHome()
    const { comms, desktop, worker } = home
    const id = say(home, 'long '.repeat(20_000))
    rmSync(join(worker.active, 'job'), { recursive: true })
    const file = join(desktop.active, 'job', 'thread.jsonl')
    appendFileSync(file, '{"torn')
    writeFileSync(join(desktop.active, 'job', 'attachments', 'nobody.txt'), 'x')
    writeFileSync(join(desktop.notes, 'x.md.77.ab.tmp'), 'x')
    rmSync(desktop.archive, { recursive: true })

    const found = examineMail(comms, { fix: false, now: later() }).problems
    expect(found.map(({ kind }) => kind).toSorted()).toEqual([
      'missing',
      'orphaned',
      'orphaned',
      'orphaned',
      'torn',
    ])
    expect(found.every(({ fixed, repair }) => !fixed && repair !== '')).toBe(true)
    expect(examineMail(comms, { fix: true, now: later() }).problems.every(({ fixed }) => fixed)).toBe(true)
    expect(examineMail(comms, { fix: false, now: later() })).toEqual({
      mailboxes: 2,
      messages: 1,
      problems: [],
    })

    expect(readFileSync(file, 'utf8').endsWith('{"torn\n')).toBe(true)
    const [copy] = readThread(comms, join(worker.active, 'job')).messages
    expect(copy?.id).toBe(id)
    expect(copy && wholeText(comms, join(worker.active, 'job'), copy)).toBe('long '.repeat(20_000))
    expect(readdirSync(join(desktop.path, 'lost_found')).toSorted()).toEqual(['job', 'x.md.77.ab.tmp'])
  })

  it('tells of what waits too long', () => {
    const { comms, worker } = mailHome()
    sendMessage(comms, { from: worker.name, to: 'claude', task: 't', type: 'blocker', text: 'API is down' })
    const { problems } = examineMail(comms, { fix: true, now: later() + 1 })
    expect(problems).toMatchObject([{ kind: 'stuck', detail: expect.stringContaining('API is down') }])
  })
})
