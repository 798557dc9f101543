import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { readJournal } from '../../src/analytics/read-journal.ts'
import { report } from '../../src/analytics/report.ts'
import { linesOf, type MadeCase, madeCases } from '../support/made-journal.ts'

const noon = new Date('2026-11-20T12:00:00').getTime()
let journal: string
let state: string

beforeEach(() => {
  const directory = mkdtempSync(join(homedir(), 'stats-'))
  journal = join(directory, 'events.jsonl')
  state = join(directory, 'state', 'stats.json')
})

const text = (cases: Iterable<MadeCase>) =>
  [...cases]
    .flatMap(linesOf)
    .map((line) => `${line}\n`)
    .join('')
const one = (changes: Partial<MadeCase> = {}): MadeCase => ({
  ...{ session: 'S', agent: 'claude', kind: 'permission', text: 'Do you want to run npm test?', at: noon },
  ...{ noticed: 100, announced: 200, answered: 60_000, typed: 50, ...changes },
})
const read = () => readJournal(journal, state)
const reported = (since?: number) => report(read().summary, noon + 3_600_000, since)

describe('what the journal says', () => {
  it('of one blocker: how long each step took, who answered, through what', () => {
    writeFileSync(journal, text([one()]))
    const { total, by, questions, open } = reported()
    expect(total).toMatchObject({
      cases: 1,
      answered: 1,
      human: 1,
      automatic: 0,
      unanswered: 0,
      waitMs: 60_350,
    })
    for (const [name, ms] of [
      ['notice', 100],
      ['announce', 200],
      ['answer', 60_000],
      ['type', 50],
      ['wait', 60_350],
    ] as const) {
      expect(total[name].count).toBe(1)
      expect(Math.abs((total[name].p50 ?? 0) - ms) / ms).toBeLessThan(0.06)
      expect(total[name].max).toBe(ms)
    }
    for (const [facet, name] of Object.entries({
      agent: 'claude',
      kind: 'permission',
      channel: 'desk',
      person: 'ann',
    })) {
      expect(by[facet as keyof typeof by]).toMatchObject([{ name, cases: 1 }])
    }
    expect(questions).toMatchObject([{ text: 'Do you want to run npm test?', cases: 1, answers: { '1': 1 } }])
    expect(open).toEqual([])
  })

  it('of a blocker without an escalation: the time until it was over', () => {
    const lines = linesOf(one()).filter((line) => /"type":"(blocker|unblocked)"/.test(line))
    writeFileSync(journal, `${lines.join('\n')}\n`)
    expect(reported().total).toMatchObject({ cases: 1, answered: 0, unanswered: 1, waitMs: 60_350 })
  })

  it('tells rules from people, and what nobody answered', () => {
    const rule = one({ at: noon + 1, via: 'policy', from: 'policy' })
    const { answered: _, typed: __, ...none } = one({ at: noon + 2, outcome: 'expired' })
    const still = one({ at: noon + 3, session: 'T', outcome: 'open' })
    writeFileSync(journal, text([one(), rule, none, still]))
    const { total, open } = reported()
    expect(total).toMatchObject({ cases: 3, human: 1, automatic: 1, unanswered: 1 })
    expect(open).toMatchObject([{ session: 'T', kind: 'permission' }])
  })

  it('puts questions together that differ in names, paths and numbers', () => {
    const variants = [
      'Edit src/a.ts (12 lines)?',
      'Edit lib/deep/b.ts (3 lines)?',
      'edit  src/c.ts (1,200 lines)?',
    ]
    writeFileSync(journal, text(variants.map((variant, index) => one({ text: variant, at: noon + index }))))
    expect(reported().questions).toMatchObject([{ text: variants[0], cases: 3, exact: false }])
  })

  it('counts whole days from the one that is asked for', () => {
    const week = Array.from({ length: 7 }, (_, index) => one({ at: noon - index * 86_400_000 }))
    writeFileSync(journal, text(week))
    expect(reported(noon - 2 * 86_400_000).total.cases).toBe(3)
    expect(reported().days).toHaveLength(7)
  })

  it('survives names that every object has', () => {
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty']
    writeFileSync(
      journal,
      text(
        names.map((name, index) =>
          one({ agent: name, from: name, choice: name, text: name, at: noon + index }),
        ),
      ),
    )
    const { by, total } = reported()
    expect(total.cases).toBe(4)
    expect(by.agent.map(({ name }) => name).sort()).toEqual([
      '(__proto__)',
      'constructor',
      'hasOwnProperty',
      'toString',
    ])
  })
})

describe('reading goes on where it ended', () => {
  it('whatever pieces the journal came in, the result is that of reading it at once', () => {
    const whole = text(madeCases(30, 3, noon))
    writeFileSync(journal, whole)
    const expected = reported()
    fc.assert(
      fc.property(fc.array(fc.nat(whole.length), { maxLength: 6 }), (cuts) => {
        const directory = mkdtempSync(join(homedir(), 'cut-'))
        const path = join(directory, 'events.jsonl')
        const kept = join(directory, 'stats.json')
        let done = 0
        for (const cut of [...cuts.sort((a, b) => a - b), whole.length]) {
          appendFileSync(path, whole.slice(done, cut))
          done = cut
          readJournal(path, kept)
        }
        expect(report(readJournal(path, kept).summary, noon + 3_600_000)).toEqual(expected)
      }),
      { numRuns: 40 },
    )
  })

  it('a second run reads only what is new', () => {
    writeFileSync(journal, text(madeCases(50, 3, noon)))
    const first = read()
    expect(first.read).toBe(statSync(journal).size)
    expect(read()).toMatchObject({ read: 0, before: first.read })
    const more = text([one()])
    appendFileSync(journal, more)
    expect(read().read).toBe(Buffer.byteLength(more))
  })

  it('when the journal was rotated, with the rest of the old one', () => {
    const [old, rest, fresh] = [one({ at: noon }), one({ at: noon + 1 }), one({ at: noon + 2 })].map((made) =>
      text([made]),
    )
    writeFileSync(journal, old ?? '')
    read()
    appendFileSync(journal, rest ?? '')
    renameSync(journal, `${journal}.1`)
    writeFileSync(journal, fresh ?? '')
    const reading = read()
    expect(reading.notices).toEqual([])
    expect(report(reading.summary, noon).total.cases).toBe(3)
  })

  it('when the old one is gone, it says so', () => {
    writeFileSync(journal, text([one()]))
    read()
    writeFileSync(`${journal}.new`, text([one({ at: noon + 5 })]))
    renameSync(`${journal}.new`, journal)
    const reading = read()
    expect(reading.notices).toEqual([expect.stringContaining('another file')])
    expect(report(reading.summary, noon).total.cases).toBe(2)
  })

  it('when it was shortened, nothing is counted twice', () => {
    const cases = [one({ at: noon }), one({ at: noon + 1 })]
    const [first = '', second = ''] = cases.map((made) => text([made]))
    writeFileSync(journal, first + second)
    read()
    truncateSync(journal, Buffer.byteLength(first))
    const reading = read()
    expect(reading.notices).toEqual([expect.stringContaining('shortened')])
    appendFileSync(journal, text([one({ at: noon + 10 })]))
    expect(report(read().summary, noon).total.cases).toBe(3)
  })

  it('torn lines are counted and left out, one that is not finished is waited for', () => {
    const whole = text([one()])
    writeFileSync(journal, `{"id":"x","ts":"2026\n${whole}{"id":"y","type":"blocker"`)
    const { summary } = read()
    expect(summary.torn).toBe(1)
    expect(report(summary, noon).total.cases).toBe(1)
    appendFileSync(journal, '\n')
    expect(read().summary.torn).toBe(2)
  })

  it('a damaged summary is made again, and it says so', () => {
    writeFileSync(journal, text(madeCases(20, 2, noon)))
    const expected = reported()
    writeFileSync(state, readFileSync(state, 'utf8').slice(0, 100))
    const reading = read()
    expect(reading.notices).toEqual([expect.stringContaining('damaged')])
    expect(report(reading.summary, noon + 3_600_000)).toEqual(expected)
  })

  it('a journal that is not there is empty', () => {
    expect(reported()).toMatchObject({ total: { cases: 0 }, questions: [], open: [], torn: 0 })
  })

  it('anything may stand in the journal', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.json(), fc.constant('{"type":"blocker"}'))), (lines) => {
        writeFileSync(journal, lines.join('\n'))
        expect(() => readJournal(journal, `${journal}.state`)).not.toThrow()
      }),
      { numRuns: 60 },
    )
  })
})
