import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { beforeAll, describe, expect, it } from 'vitest'
import { commsAt } from '../../src/mail/comms.ts'
import { mailboxAt } from '../../src/mail/mailbox.ts'
import { sendMessage } from '../../src/mail/send.ts'
import { takerOf, typedUnlessRead } from '../../src/mail/taker.ts'
import { binary, run } from './cli.ts'

const home = process.env['ITERM_ORCH_HOME'] ?? ''
const comms = join(home, 'comms')
const worker = 'claude_cli_worker_17'

/** A command of the worker, and one of the coordinator. */
const asWorker = (...args: string[]) => run(args, { env: { ITERM_ORCH_MAILBOX: worker } })
const asDesktop = (...args: string[]) => run([...args, '--as', 'desktop'])

interface Shown {
  messages: { id: string; type: string; text: string; task: string; options?: string[] }[]
  notifications: { text: string }[]
  files: { kind: string; path: string; text: string }[]
  problems: unknown[]
}

async function inbox(as: string, ...args: string[]): Promise<Shown> {
  const { code, stdout, stderr } = await run(['inbox', '--json', '--as', as, ...args])
  if (code !== 0) throw new Error(stderr)
  return JSON.parse(stdout)
}

/** A command that waits, and the id of what it asks. */
function asking(...args: string[]) {
  const child = spawn(process.execPath, [binary, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ITERM_ORCH_MAILBOX: worker },
  })
  const id = new Promise<string>((resolve) => {
    let said = ''
    child.stderr.setEncoding('utf8').on('data', (part: string) => {
      said += part
      const found = /is asked: (\S{20})/.exec(said)?.[1]
      if (found) resolve(found)
    })
  })
  const ended = Promise.all([text(child.stdout), once(child, 'close')]).then(([stdout, [code]]) => ({
    stdout,
    code,
  }))
  return { child, id, ended }
}

beforeAll(() => {
  mkdirSync(home, { recursive: true })
})

describe('a question', () => {
  it('blocks until another process answers it, and prints the answer', async () => {
    const ask = asking('ask', 'Which configuration?', '--option', 'dev.conf', '--option', 'prod.conf')
    const { messages } = await inbox('claude', '--wait', '--timeout', '15s')
    expect(messages).toMatchObject([
      { id: await ask.id, type: 'clarification', task: 'worker_17', options: ['dev.conf', 'prod.conf'] },
    ])
    expect((await asDesktop('reply', (await ask.id).slice(-8), '2')).code).toBe(0)
    expect(await ask.ended).toEqual({ stdout: 'prod.conf\n', code: 0 })
    expect((await inbox(worker)).messages).toEqual([])
    expect((await asDesktop('reply', await ask.id, 'again')).stderr).toContain('answered it already')
    expect(existsSync(join(home, 'run', 'service.sock'))).toBe(false)
  })

  it('of two at once gets its own answer', async () => {
    const [one, two] = [asking('ask', 'one?', '--task', 'pair'), asking('ask', 'two?', '--task', 'pair')]
    const [first, second] = await Promise.all([one.id, two.id])
    await Promise.all([asDesktop('reply', second, 'for two'), asDesktop('reply', first, 'for one')])
    expect((await one.ended).stdout).toBe('for one\n')
    expect((await two.ended).stdout).toBe('for two\n')
  })

  it('ends with 6 when nobody answers, stays open, and is answered later', async () => {
    const { code, stderr } = await asWorker('ask', 'Anybody?', '--timeout', '300ms', '--task', 'late')
    expect(code).toBe(6)
    const id = /--wait (\S{20})/.exec(stderr)?.[1] ?? ''
    await asDesktop('reply', id, 'here')
    expect(await asWorker('ask', '--wait', id)).toMatchObject({ code: 0, stdout: 'here\n' })
  })

  it('is answered by a line that a person appends where it stands', async () => {
    const ask = asking('ask', 'Database is down', '--type', 'blocker', '--task', 'req_1')
    await ask.id
    const line =
      '{"from":"desktop","ts":"2026-11-21T10:00:00Z","text":"Starting it now.","type":"resolution"}\n'
    appendFileSync(join(comms, 'claude/instant_messaging/active/req_1/thread.jsonl'), line)
    expect(await ask.ended).toEqual({ stdout: 'Starting it now.\n', code: 0 })
  })

  it('for a permission needs a decision, and a refusal ends with 7', async () => {
    const asked = await asWorker('ask', 'May I?', '--type', 'permission_request', '--no-wait')
    const id = asked.stdout.trim()
    expect((await asDesktop('reply', id, 'yes')).code).toBe(2)
    await run(['reply', id, 'granted by myself', '--type', 'permission_grant', '--as', worker])
    expect((await asWorker('ask', '--wait', id, '--timeout', '300ms')).code).toBe(6)
    await asDesktop('reply', id, 'no', '--type', 'permission_denied', '--again')
    expect(await asWorker('ask', '--wait', id)).toMatchObject({ code: 7, stdout: 'no\n' })
  })

  it('survives the asker', async () => {
    const ask = asking('ask', 'Still there?', '--task', 'killed')
    const id = await ask.id
    ask.child.kill('SIGKILL')
    await ask.ended
    await asDesktop('reply', id, 'yes')
    expect((await asWorker('ask', '--wait', id)).stdout).toBe('yes\n')
  })
})

describe('a review', () => {
  it('holds the asker until it is decided, and leaves a task and a notification', async () => {
    const request = ['review', 'request', 'Scripts are generated.', '--task', 'req_2', '--step', '3']
    const hold = asking(...request, '--checklist', 'Rollback plan adequate?')
    const id = await hold.id
    const { files, notifications } = await inbox('claude', '--reader', 'reviewer')
    expect(files.find(({ path }) => path.endsWith('review_req_2_step3.md'))?.text).toContain(
      '- [ ] Rollback plan',
    )
    expect(notifications.map(({ text }) => text)).toContain('req_2 ready for peer review at step 3\n')
    await asDesktop('review', 'reject', id, 'No rollback.')
    expect(await hold.ended).toEqual({ stdout: 'REJECTED: No rollback.\n', code: 7 })
    const again = asking(...request)
    await asDesktop('review', 'approve', await again.id)
    expect(await again.ended).toEqual({ stdout: 'APPROVED\n', code: 0 })
  })
})

describe('the inbox', () => {
  it('shows messages, notifications, notes and tasks once', async () => {
    const me = 'claude_cli_reader_5'
    await run(['mail', 'init', me])
    await run(['tell', me, '--task', 'long', '--as', worker], { input: 'word '.repeat(30_000) })
    await asWorker('notify', 'half way', '--to', me)
    await asWorker('progress', '2/5', 'generated', '--to', me, '--task', 'long')
    writeFileSync(join(home, 'deps.csv'), 'a,b\n')
    await asWorker('note', me, 'See the table.', '--title', 'Findings', '--attach', join(home, 'deps.csv'))
    writeFileSync(join(comms, me, 'tasks/incoming/sub.md'), '# Do it\n')
    const shown = await inbox(me)
    expect(shown.messages.map(({ text }) => text)).toEqual(['word '.repeat(30_000)])
    expect(shown.notifications.map(({ text }) => text)).toEqual(['half way\n', 'long: 2/5 generated\n'])
    expect(shown.files.map(({ kind }) => kind)).toEqual(['notes', 'tasks'])
    const folder = shown.files[0]?.path.replace(/md$/, 'attachments') ?? ''
    expect(readFileSync(join(folder, '1-deps.csv'), 'utf8')).toBe('a,b\n')
    expect(await run(['inbox', '--as', me])).toMatchObject({ code: 0, stdout: 'Nothing new.\n' })
    expect((await inbox(me, '--all')).messages).toHaveLength(1)
    expect(readdirSync(join(comms, me, 'notifications/pending'))).toEqual([])
    expect((await run(['inbox', '--wait', '--timeout', '200ms', '--as', me])).code).toBe(6)
  })

  it('keeps what its reader did not receive', async () => {
    const me = 'claude_cli_pipe_6'
    await run(['mail', 'init', me])
    await asWorker('tell', me, 'important', '--task', 'p')
    const child = spawn(process.execPath, [binary, 'inbox', '--as', me], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    child.stdout.destroy()
    await once(child, 'close')
    expect((await inbox(me)).messages.map(({ text }) => text)).toEqual(['important'])
  })

  it('is an error when a part cannot be read, after the rest was shown', async () => {
    const me = 'claude_cli_broken_7'
    await run(['mail', 'init', me])
    await asWorker('tell', me, 'fine', '--task', 'good')
    mkdirSync(join(comms, me, 'instant_messaging/active/bad/thread.jsonl'), { recursive: true })
    const { code, stdout, stderr } = await run(['inbox', '--as', me])
    expect({ code, shown: stdout.includes('fine') }).toEqual({ code: 1, shown: true })
    expect(stderr).toContain('Not everything could be read')
    expect((await run(['mail', 'doctor'])).code).toBe(1)
  })

  it('shows no control characters of others', async () => {
    const me = 'claude_cli_safe_8'
    await run(['mail', 'init', me])
    await asWorker('tell', me, 'a\u001b[2Jb\u202ec', '--task', 't')
    expect((await run(['inbox', '--as', me])).stdout).toContain('a�[2Jb�c')
  })
})

describe('a thread', () => {
  it('is shown, and closed when everything was read', async () => {
    await asWorker('tell', 'desktop', 'done', '--task', 'fini')
    expect((await asDesktop('thread', 'fini')).stdout).toContain('done')
    expect((await asDesktop('thread', 'fini', '--close')).stderr).toContain('1 unread message')
    await inbox('claude')
    expect((await asDesktop('thread', 'fini', '--close')).code).toBe(0)
    expect(existsSync(join(comms, 'claude/instant_messaging/archive/fini/thread.jsonl'))).toBe(true)
    await asWorker('tell', 'desktop', 'one more', '--task', 'fini')
    expect((await inbox('claude')).messages.map(({ text }) => text)).toEqual(['one more'])
  })
})

it('a thread that is closed takes nothing away that may still be typed, in whatever thread it stands', async () => {
  const me = 'claude_cli_typed_3'
  await inbox(me)
  await asWorker('tell', me, 'read', '--task', 'over')
  await inbox(me)
  const pending = { from: 'claude', to: me, task: 'waiting', type: 'command', text: 'go on' }
  const { message } = sendMessage(commsAt(comms), { ...pending, facts: { [typedUnlessRead]: true } })
  expect((await run(['thread', 'over', '--close', '--as', me])).code).toBe(0)
  expect((await run(['thread', 'waiting', '--close', '--as', me])).stderr).toContain('1 unread message')
  const own = mailboxAt(commsAt(comms), me)
  expect(takerOf(commsAt(comms), own, message.id)).toBeUndefined()
  expect((await inbox(me)).messages.map(({ text }) => text)).toEqual(['go on'])
  expect(takerOf(commsAt(comms), own, message.id)).toBe('inbox')
})

describe('the mail commands', () => {
  it.each([
    [['tell', '../x', 'y'], 2, 'not the name of a mailbox'],
    [['tell', 'desktop', 'y', '--task', 'a/b'], 2, 'not the name of a task'],
    [['tell', 'desktop', 'y', '--task', 'n'.repeat(300)], 2, '300 characters'],
    [['tell', 'claude_cli_typo', 'y'], 3, 'There is no mailbox'],
    [['tell', worker, 'y'], 2, 'writing to itself'],
    [['reply', 'nothing-like-it', 'y'], 3, 'has no message'],
    [['thread', 'nothing-like-it'], 3, 'has no thread'],
    [['progress', '6/5'], 2, 'such as 2/5'],
    [['ask', 'x', '--timeout', 'soon'], 2, 'a duration'],
    [['notify', ''], 2, 'There is no text'],
  ])('refuse %j', async (args, code, why) => {
    const ran = await asWorker(...args)
    expect({ code: ran.code, stdout: ran.stdout }).toEqual({ code, stdout: '' })
    expect(ran.stderr).toContain(why)
  })

  it('need to know whose mailbox it is', async () => {
    expect(await run(['inbox'])).toMatchObject({ code: 2, stderr: expect.stringContaining('--as') })
  })

  it('complete mailboxes and tasks', async () => {
    const { stdout } = await run(['__complete', '--', 'tell', 'claude_cli_w'])
    expect(stdout).toContain(worker)
    expect((await run(['__complete', '--', 'thread', 'req_'])).stdout).toContain('req_1\t')
  })
})
