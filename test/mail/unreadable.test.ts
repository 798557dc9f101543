import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { claimOrWait } from '../../src/coordination/wait-for-claim.ts'
import { ownIdentity } from '../../src/lib/process-identity.ts'
import { examineMail } from '../../src/mail/doctor.ts'
import { defaultRecipient } from '../../src/mail/identity.ts'
import { Inbox } from '../../src/mail/inbox.ts'
import { leaveNote } from '../../src/mail/notify.ts'
import { waitForAnswer } from '../../src/mail/questions.ts'
import { sendMessage } from '../../src/mail/send.ts'
import { mailHome } from './mail-home.ts'

const outside = () => mkdtempSync(join(tmpdir(), 'io-outside-'))
const problemsOf = ({ comms }: ReturnType<typeof mailHome>) => examineMail(comms, { fix: true }).problems

describe('a mailbox that is a symbolic link', () => {
  it.each([
    ['in a circle', 'claude_cli_link_1', 'circle'],
    ['to nothing', 'nowhere', 'does not exist'],
  ])('%s is a problem of its own, and hides no other', (_, target, why) => {
    const home = mailHome()
    const path = join(home.comms.root, 'claude_cli_link_1')
    symlinkSync(target, path)
    rmSync(home.worker.notes, { recursive: true })
    expect(problemsOf(home)).toMatchObject([
      { kind: 'unreadable', path, detail: expect.stringContaining(why) },
      { kind: 'missing', path: home.worker.notes, fixed: true },
    ])
  })

  it('to a place outside is reported, and nothing is looked at or made there', () => {
    const home = mailHome()
    const target = outside()
    const path = join(home.comms.root, 'claude_cli_link_1')
    symlinkSync(target, path)
    expect(problemsOf(home)).toMatchObject([{ path, detail: expect.stringContaining('leads out') }])
    expect(readdirSync(target)).toEqual([])
  })
})

describe('a note that cannot be read', () => {
  it('hides no other one, and doctor names it', async () => {
    const home = mailHome()
    const { comms, desktop, worker } = home
    const bad = join(desktop.notes, '0.md')
    symlinkSync('/etc/hostname', bad)
    leaveNote(comms, worker.name, 'claude', { title: 'seen', text: 'the text', attachments: [] })
    const { files, problems } = new Inbox(comms, desktop).look()
    expect(files.map(({ file }) => file.text)).toEqual([expect.stringContaining('the text')])
    expect(problems).toMatchObject([{ path: bad, reason: expect.stringContaining('leads out') }])
    expect(problemsOf(home)).toMatchObject([{ kind: 'unreadable', path: bad, fixed: false }])
  })
})

describe('who waits in a mailbox that is removed', () => {
  it('for an answer is told so, and not that none came', async () => {
    const { comms, worker } = mailHome()
    const draft = { from: worker.name, to: 'claude', task: 'job', type: 'blocker' as const, text: 'stuck' }
    const question = sendMessage(comms, draft)
    const waiting = waitForAnswer(comms, worker, question)
    rmSync(worker.path, { recursive: true })
    await expect(waiting).rejects.toMatchObject({ code: 'mail-unreadable' })
  })

  it('for a task is told so, and not that there is none', async () => {
    const { comms, worker } = mailHome()
    const waiting = claimOrWait(comms, worker, { claimant: { process: ownIdentity() } }, {})
    rmSync(worker.path, { recursive: true })
    await expect(waiting).rejects.toMatchObject({ code: 'mail-unreadable' })
  })
})

describe('a registry that cannot be read', () => {
  it('leaves open who leads, which is said with a way out', () => {
    const { comms, worker } = mailHome()
    const registry = join(comms.root, 'claude_cli_orch_7', 'registry')
    mkdirSync(registry, { recursive: true })
    writeFileSync(join(registry, 'subordinates.json'), '{broken')
    expect(() => defaultRecipient(comms, worker.name)).toThrow(
      expect.objectContaining({ code: 'mail-unreadable', hint: expect.stringContaining('--to') }),
    )
  })
})
