import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { addDuration, emptyHistogram, mergeHistogram, percentileOf } from '../../src/analytics/histogram.ts'
import { statsPage } from '../../src/analytics/html/page.ts'
import { readEvent } from '../../src/analytics/journal-events.ts'
import { questionGroup } from '../../src/analytics/question-group.ts'
import { type AskedQuestion, report } from '../../src/analytics/report.ts'
import { rulesAsYaml, suggestRules } from '../../src/analytics/suggest-rules.ts'
import { emptySummary } from '../../src/analytics/summary.ts'
import { takeEvent } from '../../src/analytics/take-event.ts'
import { evaluatePolicy } from '../../src/escalation/policy/evaluate-policy.ts'
import { placeOf } from '../../src/escalation/policy/paths/place.ts'
import { readPolicy } from '../../src/escalation/policy/policy-file.ts'
import { readQuestion } from '../../src/escalation/policy/read-question.ts'
import { linesOf } from '../support/made-journal.ts'

describe('durations', () => {
  const values = fc.array(fc.double({ min: 0, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 200 })

  it('a percentile is off by a twentieth at most', () => {
    fc.assert(
      fc.property(values, fc.constantFrom(0.5, 0.9, 0.99), (all, p) => {
        const histogram = emptyHistogram()
        for (const value of all) addDuration(histogram, value)
        const exact = all.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(p * all.length) - 1)] ?? 0
        const told = percentileOf(histogram, p) ?? Number.NaN
        expect(Math.abs(told - exact)).toBeLessThanOrEqual((exact + 1) * 0.051)
      }),
    )
  })

  it('two that are added are one of all', () => {
    fc.assert(
      fc.property(values, values, (left, right) => {
        const [a, b, all] = [emptyHistogram(), emptyHistogram(), emptyHistogram()]
        for (const value of left) addDuration(a, value)
        for (const value of right) addDuration(b, value)
        for (const value of [...left, ...right]) addDuration(all, value)
        mergeHistogram(a, b)
        expect(a).toEqual({ ...all, sum: expect.closeTo(all.sum, 0) })
      }),
    )
  })
})

it.each([
  ['Do you want to edit src/a.ts?', 'Do you want to edit ./lib/b/c.ts?'],
  ['Fetch https://a.example/x?y=1', 'Fetch http://b.example'],
  ['commit 3f9a0c7e51b8d264', 'commit 0123456'],
  ['Run `npm test`?', 'Run "make all"?'],
  ['Found 3 files, 1,200 lines', 'Found 12 files, 7 lines'],
])('%j and %j are one question', (left, right) => {
  expect(questionGroup(left)).toBe(questionGroup(right))
})

it.each([
  ['Delete the branch?', 'Delete the database?'],
  ['Allow read?', 'Allow write?'],
])('%j and %j are two', (left, right) => {
  expect(questionGroup(left)).not.toBe(questionGroup(right))
})

describe('a rule is suggested', () => {
  const question = (changes: Partial<AskedQuestion> = {}): AskedQuestion => ({
    ...{ kind: 'permission', agent: 'claude', text: 'Do you want to run npm test?', exact: true, cases: 9 },
    ...{ question: changes.text ?? 'Do you want to run npm test?', subject: '' },
    ...{
      waitMs: 1,
      automatic: 0,
      answers: { Yes: 9 },
      hooked: true,
      meanings: { '1': 'approve', Yes: 'approve' },
      ...changes,
    },
  })

  it('for what people always answered alike, as a dry run', () => {
    const rules = suggestRules([question()])
    expect(parse(rulesAsYaml(rules))).toEqual({
      policy: {
        rules: [
          {
            name: 'suggested-1',
            match: { agent: 'claude', kind: 'permission', text: 'Do you want to run npm test?' },
            action: { choose: 'Yes' },
            dryRun: true,
          },
        ],
      },
    })
    expect(rulesAsYaml(rules)).toContain('answered so 9 times')
  })

  it.each<[string, Partial<AskedQuestion>]>([
    ['answered differently once', { answers: { Yes: 30, No: 1 } }],
    ['answered too rarely', { answers: { Yes: 4 } }],
    ['of a credential', { kind: 'credential' }],
    ['of trust', { kind: 'trust' }],
    ['of a login', { kind: 'login' }],
    ['of a limit', { kind: 'limit' }],
    [
      'answered with a lasting option, by its meaning',
      { answers: { Sure: 9 }, meanings: { Sure: 'always' } },
    ],
    ['answered with a lasting option, by its label', { answers: { "Yes, and don't ask again": 9 } }],
    ['answered with all', { answers: { 'Yes, allow all edits': 9 } }],
    ['that had a secret', { text: 'Send [redacted]?' }],
    ['answered with a secret', { answers: { '[redacted]': 9 } }],
    ['that was cut', { text: 'Do you want to run a very long…' }],
    ['of a permission that differed each time', { exact: false }],
    ['answered by a rule alone', { answers: {}, automatic: 9 }],
  ])('not for one %s', (_, changes) => {
    expect(suggestRules([question(changes)])).toEqual([])
  })

  it('for what only the screen showed, with the word that such a rule needs to act, and why', () => {
    const yaml = rulesAsYaml(suggestRules([question({ hooked: false })]))
    expect(parse(yaml).policy.rules[0].evidence).toBe('screen')
    expect(yaml).toMatch(/# suggested-1: .*\n# {3}evidence: screen, since no hook/)
    expect(rulesAsYaml(suggestRules([question()]))).not.toContain('evidence')
    // What is denied needs nobody's word.
    const denied = { answers: { deny: 9 }, hooked: false }
    expect(suggestRules([question(denied)])[0]).not.toHaveProperty('evidence')
  })

  it.each([
    [{ source: 'screen' }, 'npm test', 'choose'],
    [{ source: 'screen' }, 'npm run deploy', undefined],
    [{ source: 'hook' }, 'npm test', undefined],
  ])(
    'from a journal whose blockers came from %j, so that %j on the screen alone gives %s',
    (told, command, would) => {
      const question = 'Do you want to proceed?'
      const options = [{ number: 1, label: 'Yes', meaning: 'approve', selected: true, keys: ['1'] }]
      const summary = emptySummary()
      for (let index = 0; index < 6; index++) {
        const made = { session: 'S', agent: 'claude', kind: 'permission', text: question, noticed: 5 }
        const at = 1_700_000_000_000 + index
        for (const line of linesOf({ ...made, ...told, subject: 'npm test', options, at, answered: 9 })) {
          const event = readEvent(line)
          if (typeof event !== 'string') takeEvent(summary, event)
        }
      }
      const { questions } = report(summary, 1_700_000_100_000)
      const { policy, problems } = readPolicy(rulesAsYaml(suggestRules(questions)), 'config.yaml', 'user')
      expect(problems).toEqual([])
      const context = `Bash command\n${command}`
      const prompt = { kind: 'permission', question, subject: command, context, options, truncated: false }
      const asked = readQuestion(
        { kind: 'permission', text: `${question} ${command}`, prompt: { ...prompt, fingerprint: 'f' } },
        { agent: 'claude', directory: '/p', home: '/h' },
      )
      const policies = { user: policy, projects: [], problems: [] }
      const decision = evaluatePolicy(asked, policies, new Map(), placeOf('/p', '/h'), new Date())
      expect(decision.action).toBe('hold')
      expect(decision.dryRun?.action, decision.reason).toBe(would)
    },
  )

  it.each([
    [{ subject: 'src/a.ts' }],
    [{ subject: 'npm test && rm -rf ~' }],
    [{ subject: 'make all', exact: false, kind: 'question' }],
  ])('not where the text alone would answer too much: %j', (changes) => {
    expect(suggestRules([question(changes)])).toEqual([])
  })

  it('so that nothing in the text is a pattern', () => {
    const text = 'Run rm *.{a,b} [x] \\ !y?'
    const [rule] = suggestRules([question({ text, answers: { 'Yes*': 9 }, meanings: { 'Yes*': 'approve' } })])
    expect(rule?.match.text).toBe('Run rm ?.?a,b? ?x? ? ?y?')
    expect(rule?.action).toEqual({ choose: 'Yes?' })
  })

  it('and what was approved by word is approved', () => {
    expect(suggestRules([question({ answers: { approve: 7 } })])[0]?.action).toBe('approve')
  })
})

describe('the page', () => {
  it('stands alone, and shows what a screen said as text', () => {
    const summary = emptySummary()
    const evil = '</title><script>alert(1)</script><img src=x onerror=alert(1)>"\''
    for (let index = 0; index < 6; index++) {
      const made = {
        session: 'S',
        agent: evil,
        kind: 'question',
        text: evil,
        at: 1_700_000_000_000 + index,
        noticed: 5,
      }
      const full = { ...made, announced: 5, answered: 9, typed: 3, channel: evil, from: evil, choice: evil }
      for (const line of linesOf(full)) {
        const event = readEvent(line)
        if (typeof event !== 'string') takeEvent(summary, event)
      }
    }
    const page = statsPage(report(summary, 1_700_000_100_000), '2026-11-21T00:00:00.000Z')
    expect(page).not.toMatch(/<script|<img|onerror=alert\(1\)>|https?:\/\//)
    expect(page).toContain('&#60;script&#62;')
    expect(page).toContain("default-src 'none'")
    expect(page).toContain('prefers-color-scheme:dark')
  })

  it('is there when nothing has happened', () => {
    expect(statsPage(report(emptySummary(), 0), 'now')).toContain('nothing yet')
  })
})
