import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { digest, type Notice, safeNotice, Urgency } from '../../../src/escalation/notifiers/notice.ts'
import {
  isFor,
  type NotifierConfig,
  NotifierConfigs,
} from '../../../src/escalation/notifiers/notifier-config.ts'
import { notice } from './notices.ts'

describe('what is announced', () => {
  it('has no secrets, not even one that goes on in the next line', () => {
    const token = `sk-ant-api03-${'aB3dE5fG7h'.repeat(9)}`
    const text = `The key is ${token} and it works.`
    const body = `${text.slice(0, 80)}\n${text.slice(80)}`
    const safe = safeNotice(notice({ body, title: 'password=hunter2', task: 'https://ann:pa55@host/' }))
    const all = JSON.stringify(safe)
    for (const secret of ['aB3dE5fG7h', 'hunter2', 'pa55']) expect(all).not.toContain(secret)
  })

  it('has nothing invisible and nothing long, whatever a screen says', () => {
    const text = fc.string({ unit: 'binary', maxLength: 3_000 })
    fc.assert(
      fc.property(text, text, fc.array(text, { maxLength: 40 }), (title, body, labels) => {
        const options = labels.map((label, index) => ({ number: index + 1, label }))
        const safe = safeNotice(notice({ title, body, options }))
        expect(JSON.stringify(safe).length).toBeLessThan(60_000)
        const lines = [safe.title, ...safe.body.split('\n'), ...safe.options.map(({ label }) => label)]
        for (const line of lines) expect(line).not.toMatch(/[\p{Cc}\p{Cs}\p{Bidi_Control}]/u)
        expect(safe.options.length).toBeLessThanOrEqual(12)
      }),
      { numRuns: 60 },
    )
  })

  it('has no escape sequences and no marks of direction', () => {
    const safe = safeNotice(notice({ title: '\x1b]0;x\x07a\u202eb', body: 'one\r\n\x1b[31mtwo\x1b[0m' }))
    expect(safe.title).toBe(']0;xab')
    expect(safe.body.split('\n')).toEqual(['one', '[31mtwo[0m'])
  })
})

describe('a digest', () => {
  const many = (count: number): Notice[] =>
    Array.from({ length: count }, (_, index) =>
      notice({
        id: `id-${index}`,
        session: { id: `S${index}`, name: `agent-${index}` },
        urgency: Urgency.options[index % 4] ?? 'low',
        since: new Date(1_700_000_000_000 + index * 1_000).toISOString(),
      }),
    )

  it('of one notice is that notice', () => {
    const one = notice()
    expect(digest([one])).toBe(one)
  })

  it('names the most urgent first, the longest waiting of those, and counts the rest', () => {
    const all = digest(many(15))
    expect(all).toMatchObject({ kind: 'digest', urgency: 'critical', count: 15, since: many(1)[0]?.since })
    expect(all.title).toBe('15 sessions wait for 15 answers')
    const lines = all.body.split('\n')
    expect(lines.slice(0, 4).map((line) => line.split(':')[0])).toEqual([
      'agent-3',
      'agent-7',
      'agent-11',
      'agent-2',
    ])
    expect(lines).toHaveLength(11)
    expect(lines.at(-1)).toBe('and 5 more')
  })

  it('is the same, with the same id, in whatever order they came', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(many(12), { minLength: 12 }), (shuffled) => {
        expect(digest(shuffled)).toEqual(digest(many(12)))
      }),
    )
    expect(digest(many(11)).id).not.toBe(digest(many(12)).id)
  })

  it('of nothing is an error', () => {
    expect(() => digest([])).toThrow(RangeError)
  })
})

describe('which notifier is meant', () => {
  const config = (changes: Partial<NotifierConfig>): NotifierConfig =>
    NotifierConfigs.parse([{ type: 'desktop', name: 'desk', ...changes }])[0] as NotifierConfig

  it('depends on kind, urgency and level', () => {
    expect(isFor(config({}), notice({ urgency: 'low' }), 'human')).toBe(true)
    expect(isFor(config({ minUrgency: 'high' }), notice({ urgency: 'medium' }), 'human')).toBe(false)
    expect(isFor(config({ minUrgency: 'high' }), notice({ urgency: 'critical' }), 'human')).toBe(true)
    expect(isFor(config({ kinds: ['credential'] }), notice(), 'human')).toBe(false)
    expect(isFor(config({ kinds: ['permission'] }), notice(), 'human')).toBe(true)
    expect(isFor(config({ kinds: ['permission'] }), notice({ kind: 'digest' }), 'human')).toBe(true)
    expect(isFor(config({}), notice(), 'desktop')).toBe(false)
    expect(isFor(config({ levels: ['human'] }), notice(), 'desktop')).toBe(false)
    expect(isFor(config({ levels: ['desktop', 'human'] }), notice(), 'desktop')).toBe(true)
    expect(isFor(config({ levels: ['desktop'] }), notice(), 'human')).toBe(false)
  })

  it.each([
    [
      'two of one name',
      [
        { type: 'desktop', name: 'a' },
        { type: 'desktop', name: 'a' },
      ],
    ],
    ['an unknown level', [{ type: 'desktop', name: 'a', levels: ['boss'] }]],
    ['a level at which nobody is told', [{ type: 'desktop', name: 'a', levels: ['policy'] }]],
    ['a webhook without an address', [{ type: 'webhook', name: 'a' }]],
    ['a webhook with two', [{ type: 'webhook', name: 'a', url: 'https://x', urlEnv: 'X' }]],
    ['an address that is none', [{ type: 'webhook', name: 'a', url: 'file:///etc/passwd' }]],
    ['a secret in the file', [{ type: 'webhook', name: 'a', url: 'https://x', token: 'abc' }]],
    ['an unknown type', [{ type: 'pigeon', name: 'a' }]],
    ['an empty command', [{ type: 'command', name: 'a', command: [] }]],
  ])('%s is an error', (_, notifiers) => {
    expect(NotifierConfigs.safeParse(notifiers).success).toBe(false)
  })
})
