import { appendFileSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { resolveHome } from '../../src/lib/home.ts'
import { defaultRecipient, defaultThread, ownMailbox, resolveRecipient } from '../../src/mail/identity.ts'
import { createMailbox } from '../../src/mail/mailbox.ts'
import { isRefusal, matchAnswers } from '../../src/mail/match-answers.ts'
import type { Message } from '../../src/mail/message.ts'
import { findAnswer } from '../../src/mail/questions.ts'
import { sendMessage } from '../../src/mail/send.ts'
import { archiveThread } from '../../src/mail/threads.ts'
import { mailHome } from './mail-home.ts'

let count = 0
const message = (fields: Partial<Message>): Message => ({
  id: `m${++count}`,
  from: 'claude_cli_a_1',
  ts: '2026-11-21T10:00:00Z',
  type: 'message',
  text: '',
  ...fields,
})
const question = (type: string, id: string) => message({ id, type, to: 'claude' })
const answerOf = (id: string, ...messages: Message[]) => matchAnswers(messages).get(id)?.text

describe('an answer', () => {
  it('belongs to the question that it names', () => {
    const reply = message({ from: 'claude', reply_to: 'q1', text: 'yes', type: 'answer' })
    const [q1, q2] = [question('clarification', 'q1'), question('clarification', 'q2')]
    expect([answerOf('q1', q1, q2, reply), answerOf('q2', q1, q2, reply)]).toEqual(['yes', undefined])
  })

  it('without a name belongs to the only open question that it fits', () => {
    const plain = message({ from: 'desktop', text: 'Use prod.conf' })
    const [q1, q2] = [question('clarification', 'q1'), question('blocker', 'q2')]
    expect(answerOf('q1', q1, plain)).toBe('Use prod.conf')
    expect(matchAnswers([q1, q2, plain]).size).toBe(0)
    expect(answerOf('q2', q1, q2, message({ from: 'desktop', type: 'resolution', text: 'up' }))).toBe('up')
    expect(answerOf('q2', q1, plain, q2, message({ from: 'desktop', text: 'second' }))).toBe('second')
    expect(matchAnswers([plain, q1]).size).toBe(0)
  })

  it('grants nothing unless it says so, and comes from who may', () => {
    const q = question('permission_request', 'q')
    const grant = (fields: Partial<Message>) =>
      answerOf('q', q, message({ type: 'permission_grant', text: 'granted', ...fields }))
    expect(grant({ from: 'claude' })).toBe('granted')
    expect(grant({ from: 'desktop', reply_to: 'q' })).toBe('granted')
    expect(grant({ from: 'claude', type: 'message' })).toBeUndefined()
    expect(grant({ from: 'claude', type: 'answer', reply_to: 'q' })).toBeUndefined()
    expect(grant({ from: 'claude_cli_a_1', reply_to: 'q' })).toBeUndefined()
    expect(grant({ from: 'claude_cli_b_2', reply_to: 'q' })).toBeUndefined()
    expect(grant({ from: 'claude', to: 'claude_cli_b_2' })).toBeUndefined()
  })

  it('of a reviewer may be the bare word of the founding document', () => {
    const q = question('review_request', 'q')
    expect(answerOf('q', q, message({ from: 'desktop', text: 'APPROVED' }))).toBe('APPROVED')
    expect(answerOf('q', q, message({ from: 'desktop', text: 'looks good' }))).toBeUndefined()
    expect(isRefusal(message({ text: 'REJECTED: no rollback' }))).toBe(true)
  })

  it('is found where it stands, also when whoever wrote it has closed the thread', () => {
    const { comms, desktop, worker } = mailHome()
    const draft = { from: worker.name, to: 'claude', task: 'job', type: 'clarification', text: 'Which?' }
    const { message: asked } = sendMessage(comms, draft)
    const line = {
      id: 'hand',
      from: 'desktop',
      ts: new Date().toISOString(),
      text: 'this',
      reply_to: asked.id,
    }
    appendFileSync(join(desktop.active, 'job', 'thread.jsonl'), `${JSON.stringify(line)}\n`)
    archiveThread(comms, desktop, 'job')
    expect(findAnswer(comms, worker, { message: asked, task: 'job' })?.text).toBe('this')
  })

  it('never goes to two questions, nor does a question get two', () => {
    const types = ['clarification', 'permission_request', 'answer', 'permission_grant', 'message', 'progress']
    const any = fc.record({
      type: fc.constantFrom(...types),
      from: fc.constantFrom('claude', 'claude_cli_a_1', 'claude_cli_b_2'),
      to: fc.constantFrom(undefined, 'claude', 'claude_cli_a_1'),
      reply_to: fc.constantFrom(undefined, 'id0', 'id1', 'id2'),
    })
    fc.assert(
      fc.property(fc.array(any, { maxLength: 12 }), (all) => {
        const messages = all.map(({ to, reply_to, ...rest }, index) =>
          message({ ...rest, id: `id${index}`, ...(to && { to }), ...(reply_to && { reply_to }) }),
        )
        const answers = [...matchAnswers(messages)]
        expect(new Set(answers.map(([, { id }]) => id)).size).toBe(answers.length)
        for (const [id, answer] of answers) {
          const asked = messages.find((candidate) => candidate.id === id)
          expect(answer.from).not.toBe(asked?.from)
          if (asked?.type === 'permission_request') expect(answer.type).toBe('permission_grant')
        }
      }),
    )
  })
})

describe('who somebody is', () => {
  const home = () => resolveHome({ ITERM_ORCH_HOME: mkdtempSync(join(tmpdir(), 'io-id-')) })
  const id = '0F2B6C1E-8C1B-4B0E-9B7A-3D1B3C5A7E90'

  it('is said by --as, then by the environment, then by the record of the session', () => {
    const own = home()
    mkdirSync(own.sessions, { recursive: true })
    writeFileSync(join(own.sessions, `${id}.json`), JSON.stringify({ name: 'fix login!' }))
    const env = { ITERM_ORCH_SESSION: id }
    expect(ownMailbox('desktop', own, { ...env, ITERM_ORCH_MAILBOX: 'cli_b_2' })).toBe('claude')
    expect(ownMailbox(undefined, own, { ...env, ITERM_ORCH_MAILBOX: 'cli_b_2' })).toBe('claude_cli_b_2')
    expect(ownMailbox(undefined, own, env)).toBe('claude_cli_fix-login_0F2B6C1E')
    writeFileSync(join(own.sessions, `${id}.json`), JSON.stringify({ name: 'x', mailbox: 'claude_cli_c_3' }))
    expect(ownMailbox(undefined, own, env)).toBe('claude_cli_c_3')
    expect(() => ownMailbox(undefined, own, {})).toThrow(/not known whose mailbox/)
  })

  it('decides whom orch means, and where reports go', () => {
    const { comms } = mailHome()
    expect(() => resolveRecipient(comms, 'claude_cli_a_1', 'orch')).toThrow(/There is no orchestrator/)
    for (const name of ['claude_cli_orch_1', 'claude_cli_orch_2']) createMailbox(comms, name)
    expect(() => resolveRecipient(comms, 'claude_cli_a_1', 'orch')).toThrow(/several orchestrators/)
    expect(defaultRecipient(comms, 'claude_cli_a_1')).toBe('claude')
    const { registry } = createMailbox(comms, 'claude_cli_orch_2')
    mkdirSync(registry)
    writeFileSync(join(registry, 'subordinates.json'), '{"subordinates":[{"id":"cli_a_1","status":"idle"}]}')
    expect(resolveRecipient(comms, 'claude_cli_a_1', 'orch')).toBe('claude_cli_orch_2')
    expect(defaultRecipient(comms, 'claude_cli_a_1')).toBe('claude_cli_orch_2')
    expect(defaultThread('claude_cli_orch_2', 'claude', {})).toBe('orch_2')
    expect(defaultThread('claude', 'claude_cli_a_1', {})).toBe('a_1')
  })
})
