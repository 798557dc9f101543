/** Mistakes in the rules, and where the rules are looked for. */
import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { loadPolicies, readPolicy } from '../../../src/escalation/policy/policy-file.ts'

const problemsOf = (text: string, origin: 'user' | 'project' = 'project') => {
  const { policy, problems } = readPolicy(text, 'p.yaml', origin)
  expect(policy === undefined).toBe(problems.length > 0)
  return problems.map(({ line, column, field, message }) => `${line}:${column} ${field}: ${message}`)
}

describe('a mistake', () => {
  it.each([
    [
      'rules:\n  - name: x\n    match:\n      comand: ls\n    action: hold',
      '4:7 rules[0].match.comand: "comand" is no known key; did you mean "command"?',
    ],
    ['rulez: []', '1:1 rulez: "rulez" is no known key; did you mean "rules"?'],
    [
      'rules:\n  - name: x\n    action: aprove',
      '3:13 rules[0].action: must be approve, deny, notify or hold, or one of {choose: …}, {answer: …}, {route: …}',
    ],
    [
      'rules:\n  - name: x\n    match: { time: { hours: 9-17 } }\n    action: hold',
      '3:29 rules[0].match.time.hours: must be of the form 09:00-17:30',
    ],
    [
      'rules:\n  - name: x\n    match: { time: { timezone: Mars } }\n    action: hold',
      '3:32 rules[0].match.time.timezone: is no time zone; write it as Europe/Berlin or UTC',
    ],
    [
      'rules:\n  - name: x\n    action: approve\n    allowRefused: [force-push]',
      '4:19 rules[0].allowRefused: a project cannot make exceptions of the refusals; only config.yaml can',
    ],
    [
      'rules:\n  - name: x\n    action: { route: peer }',
      '3:13 rules[0].action: a project can route to desktop or human only',
    ],
    [
      'rules:\n  - name: x\n    match: { kind: credential }\n    action: approve',
      '3:20 rules[0].match.kind: no rule answers for a password or a key',
    ],
    [
      'rules:\n  - { name: x, action: hold }\n  - { name: x, action: hold }',
      '3:13 rules[1].name: there is another rule "x"; its budget could not be told apart',
    ],
    ['- x', '1:1 : it must be a mapping'],
  ])('in %j is told with its place', (text, expected) => {
    expect(problemsOf(text)).toEqual([expected])
  })

  it('in the syntax is told with its place', () => {
    const [problem] = problemsOf('rules:\n  - name: "x\n    action: hold\n')
    expect(problem).toMatch(/^\d+:\d+ : /u)
  })

  it('in another key of config.yaml is none of the policy', () => {
    expect(problemsOf('agent: 3\npolicy:\n  rules: []', 'user')).toEqual([])
    expect(problemsOf('policy:\n  rulse: []', 'user')).toEqual([
      '2:3 rulse: "rulse" is no known key; did you mean "rules"?',
    ])
  })

  it('never throws, whatever the file holds', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.string({
            unit: fc.constantFrom('rules', ':', '\n', ' ', '-', '{', '}', 'action', '*', '&a', '"'),
          }),
        ),
        (text) => {
          readPolicy(text, 'p.yaml', 'project')
        },
      ),
    )
  })
})

describe('the rules that hold', () => {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'policies-')))
  const inside = join(home, 'shop/src/deep')
  mkdirSync(inside, { recursive: true })
  const write = (directory: string, text: string) => {
    mkdirSync(join(home, directory, '.iterm-orch'), { recursive: true })
    writeFileSync(join(home, directory, '.iterm-orch/policy.yaml'), text)
  }

  it('are those of config.yaml and of every directory up to the home', () => {
    write('shop', 'rules: [{ name: a, action: hold }]')
    write('shop/src', 'rules: [{ name: b, action: deny }]')
    write('.', 'rules: [{ name: not mine, action: deny }]')
    const { user, projects, problems } = loadPolicies(join(home, 'config.yaml'), inside, home)
    expect(user?.rules).toEqual([])
    expect(projects.flatMap(({ rules }) => rules.map(({ name }) => name))).toEqual(['b', 'a'])
    expect(problems).toEqual([])
  })

  it('are told to be unreadable where one file is', () => {
    write('shop/src', 'rules: 3')
    const { problems } = loadPolicies(join(home, 'config.yaml'), inside, home)
    expect(problems).toHaveLength(1)
    expect(problems[0]).toContain('policy.yaml:1 is not valid')
  })
})
