import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { authority } from '../../src/escalation/authority.ts'
import type { Escalation, Level } from '../../src/escalation/escalation.ts'
import { choiceOf, repliesIn } from '../../src/escalation/thread-reply.ts'
import type { Message } from '../../src/mail/message.ts'
import { messageOf } from '../../src/mail/message-of.ts'
import { anEscalation } from '../support/an-escalation.ts'
import { permission, question } from '../support/escalation-world.ts'

const one = '0mm1abcde00011111111'
const two = '0mm1abcde00022222222'

describe('a line in a thread', () => {
  it('answers the only question that stands open, in the words of people', () => {
    expect(replies([asks(one), { from: 'desktop', text: 'staging' }], [choice(one)])).toEqual([
      { escalation: one, choice: { options: [2] } },
    ])
    expect(replies([asks(one), { from: 'claude', text: ' 2. ' }], [choice(one)])).toHaveLength(1)
    expect(replies([asks(one), { from: 'human', text: 'the third one, in /etc' }], [choice(one)])).toEqual([
      { escalation: one, choice: { choice: 'the third one, in /etc' } },
    ])
  })

  it('answers what it replies to, however many stand open', () => {
    const lines = [asks(one), asks(two), { from: 'desktop', text: 'dev', reply_to: one }]
    expect(replies(lines, [choice(one), choice(two)])).toMatchObject([{ escalation: one }])
  })

  it('without a name answers none of several, also when the others are over by the time it is read', () => {
    const ambiguous = [asks(one), asks(two), { from: 'desktop', text: 'y' }, withdrawn(one)]
    expect(replies(ambiguous, [choice(one), choice(two)])).toEqual([])
    expect(replies(ambiguous, [choice(two)])).toEqual([])
    expect(replies([...ambiguous, { from: 'desktop', text: 'dev' }], [choice(two)])).toMatchObject([
      { escalation: two },
    ])
  })

  it('may be said again when the first word was none', () => {
    const lines = [asks(one), { from: 'desktop', text: '7' }, { from: 'desktop', text: '2' }]
    expect(replies(lines, [choice(one)])).toHaveLength(2)
  })

  it('answers nothing that was taken back, or was never asked here', () => {
    const over = { ...choice(one), outcome: 'answered' as const }
    expect(replies([asks(one), withdrawn(one), { from: 'desktop', text: 'dev' }], [over])).toEqual([])
    expect(replies([{ from: 'desktop', text: 'dev' }], [choice(one)])).toEqual([])
    expect(replies([{ from: 'desktop', text: 'dev', reply_to: 'nothing' }], [choice(one)])).toEqual([])
  })

  it.each([
    ['the session', { from: 'session_4F2A', text: 'y' }],
    [
      'the session, with a reply',
      { from: 'session_4F2A', text: 'y', reply_to: one, type: 'permission_grant' },
    ],
    ['another agent without saying to what', { from: 'claude_cli_other_1', text: 'y' }],
    ['the question itself', { id: one, from: 'desktop', text: 'y', reply_to: one }],
    ['a type that is no answer', { from: 'desktop', text: 'y', type: 'progress' }],
    ['prose', { from: 'desktop', text: 'Looks fine to me, yes please do', reply_to: one }],
    ['prose with a yes in front', { from: 'desktop', text: 'yes, but only if it is in /tmp', reply_to: one }],
    ['a wall of text', { from: 'desktop', text: 'y'.repeat(9_000), reply_to: one }],
  ])('grants nothing when it is by %s', (_who, line) => {
    expect(replies([asks(one), line], [grant(one)])).toEqual([])
  })

  it('cannot take back for others what is open', () => {
    const lines = [asks(one), asks(two), withdrawn(one), { from: 'desktop', text: 'y' }]
    expect(replies(lines, [grant(one), grant(two)])).toEqual([])
  })

  it('grants a permission by plain words, by number and by type', () => {
    for (const text of ['y', 'Yes', 'ok.', 'approved', 'go ahead'])
      expect(choiceOf(message({ from: 'desktop', text }), grant(one)), text).toEqual(
        text === 'Yes' ? { options: [1] } : { choice: 'approve' },
      )
    expect(choiceOf(message({ from: 'desktop', text: '3' }), grant(one))).toEqual({ options: [3] })
    expect(choiceOf(message({ from: 'd', text: 'sure', type: 'permission_grant' }), grant(one))).toEqual({
      choice: 'approve',
    })
    expect(choiceOf(message({ from: 'd', text: '', type: 'permission_denied' }), grant(one))).toEqual({
      choice: 'deny',
    })
  })

  it('never chooses "always" but by its number or its whole label, whatever it says', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.constantFrom('message', 'permission_grant', 'approved', 'answer'),
        (text, type) => {
          const chosen = choiceOf(message({ from: 'desktop', text, type }), grant(one))
          const exact = ['2', '2.', '2. yes, always', 'yes, always'].includes(text.trim().toLowerCase())
          expect(chosen?.options?.includes(2) === true).toBe(exact)
        },
      ),
    )
  })

  it('grants nothing whatever lines there are, when none is from somebody who may', () => {
    const anyLine = fc.record({
      from: fc.constantFrom('session_4F2A', 'session_9', 'claude_cli_other_1', 'claude_cli_reviewer_4F2A'),
      text: fc.constantFrom('y', 'approve', '1', 'no', ''),
      type: fc.constantFrom('message', 'permission_grant', 'withdrawn', 'permission_request'),
      reply_to: fc.constantFrom(one, two, undefined),
      id: fc.constantFrom(undefined, one, two),
      escalation: fc.constantFrom(undefined, one, two),
    })
    fc.assert(
      fc.property(fc.array(anyLine, { maxLength: 8 }), (lines) => {
        for (const reply of replies([asks(one), ...lines], [grant(one), grant(two)])) {
          const from = reply.from ?? ''
          const refused = authority(
            grant(one),
            reply.choice,
            { from, via: 'thread', mailbox: 'claude' },
            mayGrant,
          )
          const denies = reply.choice.choice === 'deny' || reply.choice.options?.join() === '3'
          if (!denies) expect(refused).toBeDefined()
        }
      }),
      { numRuns: 300 },
    )
  })
})

const mayGrant: Level[] = ['policy', 'desktop', 'human']

describe('who may grant a permission', () => {
  const led = { ...grant(one), orchestrator: 'claude_cli_orch_7', peer: 'claude_cli_peer_8' }
  const yes = { choice: 'approve' }

  it.each([
    ['a person at the command line', { from: 'human', via: 'cli' as const }, true],
    ['the coordinator in its mailbox', { from: 'desktop', via: 'thread' as const, mailbox: 'claude' }, true],
    ['a rule', { from: 'tests', via: 'policy' as const }, true],
    ['its orchestrator', { from: 'claude_cli_orch_7', via: 'cli' as const }, false],
    ['an orchestrator of others', { from: 'claude_cli_orch_9', via: 'cli' as const }, false],
    ['a peer', { from: 'cli_peer_8', via: 'cli' as const }, false],
    ['nobody known', { from: 'somebody', via: 'api' as const }, false],
    [
      'its orchestrator, who writes the name of the coordinator into its own mailbox',
      { from: 'desktop', via: 'thread' as const, mailbox: 'claude_cli_orch_7' },
      false,
    ],
    [
      'a peer, who writes the name of a person into its own mailbox',
      { from: 'human', via: 'thread' as const, mailbox: 'claude_cli_peer_8' },
      false,
    ],
    ['the session', { from: 'session_4F2A', via: 'thread' as const, mailbox: 'claude' }, false],
    ['the session under its mailbox', { from: 'claude_cli_reviewer_4F2A', via: 'cli' as const }, false],
    ['the session under its short name', { from: 'cli_reviewer_4F2A', via: 'api' as const }, false],
  ])('%s', (_name, who, may) => {
    expect(authority(led, yes, who, mayGrant) === undefined).toBe(may)
  })

  it('not the session itself, even where everyone may', () => {
    const all: Level[] = ['policy', 'peer', 'orchestrator', 'desktop', 'human']
    const own = { from: 'claude_cli_reviewer_4F2A', via: 'cli' as const }
    expect(authority(led, yes, own, all)?.code).toBe('not-allowed')
    expect(authority({ ...led, ...choice(one) }, { options: [1] }, own, all)?.code).toBe('not-allowed')
  })

  it('everyone else may say no, by word or by option', () => {
    const who = { from: 'claude_cli_orch_7', via: 'cli' as const }
    expect(authority(led, { choice: 'deny' }, who, mayGrant)).toBeUndefined()
    expect(authority(led, { options: [3] }, who, mayGrant)).toBeUndefined()
    expect(authority(led, { options: [1] }, who, mayGrant)).toBeDefined()
    expect(authority(led, { options: [3, 1] }, who, mayGrant)).toBeDefined()
    expect(authority(led, { options: [9] }, who, mayGrant)).toBeDefined()
    expect(authority(led, { text: 'deny' }, who, mayGrant)).toBeDefined()
  })

  it('a secret comes from nobody through a file', () => {
    const credential = { ...led, kind: 'credential' as const }
    const who = { from: 'desktop', via: 'thread' as const, mailbox: 'claude' }
    expect(authority(credential, { text: 'hunter2' }, who, mayGrant)?.hint).toContain('--secret')
    const person = { from: 'human', via: 'cli' as const, secret: true }
    expect(authority(credential, { text: 'hunter2' }, person, mayGrant)).toBeUndefined()
  })
})

function grant(id: string): Escalation {
  return anEscalation({ id, kind: 'permission', prompt: permission(`f${id}`) })
}

function choice(id: string): Escalation {
  return anEscalation({ id, kind: 'choice', prompt: question(`f${id}`) })
}

function asks(id: string) {
  return { id, from: 'session_4F2A', text: 'May I?', type: 'permission_request', escalation: id }
}

function withdrawn(id: string) {
  return { from: 'session_4F2A', text: 'answered', type: 'withdrawn', reply_to: id, escalation: id }
}

function replies(lines: object[], known: Escalation[]) {
  const messages = lines.map((line, index) =>
    message({ ts: `2026-03-02T12:00:0${index % 10}.000Z`, ...line }),
  )
  return repliesIn(messages, 'claude', new Map(known.map((escalation) => [escalation.id, escalation]))).map(
    ({ escalation, choice: chosen, message: { from } }) => ({
      ...{ escalation, choice: chosen },
      ...(known[0]?.kind === 'permission' && { from }),
    }),
  )
}

function message(line: object): Message {
  const read = messageOf(line, JSON.stringify(line), 0)
  if (read) return read
  throw new Error('that is no message')
}
