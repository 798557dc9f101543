import { describe, expect, it } from 'vitest'
import { describeEvent, describeWaiting } from '../../src/cli/event-text.ts'
import { createStyles } from '../../src/cli/styles.ts'
import { OrchEvent, SessionInfo } from '../../src/service/api.ts'

const plain = createStyles(false)
const ts = '2026-01-01T12:00:00.000Z'
const who = { id: 'e', ts, session: 'ABCDEF12-0000', name: 'fix', task: 't' }
const escalation = '0mwqj7bke0007d935196'

/** What is told, without the time of day and the session. */
function told(event: object): string {
  const [line = '', ...more] = describeEvent(OrchEvent.parse({ ...who, ...event }), plain)
  expect(more).toEqual([])
  expect(line).toMatch(/^\d\d:\d\d:00\.000 {2}ABCDEF12 {2}fix {2}/)
  return line.replace(/^.{12} {2}ABCDEF12 {2}fix {2}/, '')
}

describe('an event as a line', () => {
  it.each<[object, string]>([
    [
      { type: 'in-front', agent: 'codex', reason: 'its process is in front' },
      'in front codex  its process is in front',
    ],
    [{ type: 'typing-waits', reason: 'a draft is in the box' }, 'a text waits a draft is in the box'],
    [
      {
        ...{ type: 'escalation', escalation, agent: 'claude', kind: 'permission', text: 'Run it?' },
        ...{ level: 'orchestrator', noticedAt: ts },
      },
      'escalation 7d935196 to orchestrator',
    ],
    [
      { type: 'announced', escalation, level: 'human', channel: 'desktop', to: 'me', ok: true },
      'told me through desktop',
    ],
    [
      {
        ...{ type: 'announced', escalation, level: 'human', channel: 'webhook', to: 'ops', ok: false },
        why: 'answered 500',
      },
      'could not tell ops through webhook: answered 500',
    ],
    [
      { type: 'raised', escalation, from: 'desktop', to: 'human', reason: 'nobody answered in 5 min' },
      'goes up to human nobody answered in 5 min',
    ],
    [
      { type: 'answer-received', escalation, from: 'me', via: 'cli', choice: 'Yes "once"', verdict: 'taken' },
      'me answers "Yes \\"once\\"" (cli)  taken',
    ],
    [
      {
        ...{ type: 'answer-received', escalation, from: 'desktop', via: 'thread', choice: '' },
        ...{ verdict: 'refused', why: 'it may not' },
      },
      'desktop answers (thread)  refused it may not',
    ],
    [
      { type: 'delivered', escalation, step: 'typed', confirmed: true, why: 'the prompt is gone' },
      'delivered through typed the prompt is gone',
    ],
    [
      { type: 'delivered', escalation, step: 'typed', confirmed: false, why: 'it is still there' },
      'not delivered through typed it is still there',
    ],
    [
      { type: 'escalation-closed', escalation, outcome: 'answered', reason: 'the agent went on' },
      'answered the agent went on',
    ],
  ])('tells of %o', (event, line) => expect(told(event)).toBe(line))

  it('never passes on what would move the cursor or write elsewhere', () => {
    const evil = 'a\u001b[2J\u009b1mb\u202ec\nd'
    const events = [
      { type: 'in-front', agent: evil, reason: evil },
      { type: 'announced', escalation, level: evil, channel: evil, to: evil, ok: false, why: evil },
      { type: 'raised', escalation, from: evil, to: evil, reason: evil },
      {
        ...{ type: 'answer-received', escalation, from: evil, via: evil, choice: evil },
        ...{ verdict: 'late', why: evil },
      },
      { type: 'delivered', escalation, step: evil, confirmed: false, why: evil },
      { type: 'escalation-closed', escalation, outcome: evil, reason: evil },
      { type: 'escalation', escalation, agent: evil, kind: 'trust', text: evil, level: evil, noticedAt: ts },
    ]
    for (const event of events) expect(told(event)).not.toMatch(/\p{Cc}|\u202e/u)
  })

  it('tells what a session waits for when somebody begins to look', () => {
    const session = SessionInfo.parse({
      ...{
        id: who.session,
        name: 'fix',
        agent: 'claude',
        task: 't',
        mailbox: 'm',
        cwd: '/',
        terminal: 'host',
      },
      ...{ state: 'waiting', reason: 'it asks', since: ts, source: 'screen', evidence: '', launchedAt: ts },
      waitsFor: { id: 'b', kind: 'permission', text: 'Run\u001b[1m it?', source: 'screen', since: ts },
    })
    expect(describeWaiting(session, plain)).toMatch(/ABCDEF12 {2}fix {2}waits permission: Run·\[1m it\?$/)
    const { waitsFor: _, ...without } = session
    expect(describeWaiting(without, plain)).toMatch(/waits it asks$/)
  })
})
