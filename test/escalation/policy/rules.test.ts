/** What rules decide: their order, what they name, budgets, projects. */
import { describe, expect, it } from 'vitest'
import { ruleKey } from '../../../src/escalation/policy/evaluate-policy.ts'
import { command, decide, everything, permissive, policy, question } from './support.ts'

const rules = (text: string) => policy(`policy:\n  rules:\n${text.replace(/^/gmu, '    ')}`)
const project = (text: string) => policy(`rules:\n${text.replace(/^/gmu, '  ')}`, 'project')
const approve = (match: string, more = '') =>
  rules(`- name: it\n  match: ${match}\n  action: approve\n${more}`)

describe('without rules', () => {
  it('nothing is approved', () => {
    expect(decide(command('ls'), rules('[]'))).toMatchObject({
      action: 'hold',
      reason: 'no rule approves ls',
    })
  })

  it('nothing is approved while the file cannot be read', () => {
    const problems = ['config.yaml:3 is not valid']
    expect(decide(command('ls'), undefined, [], { problems })).toMatchObject({ action: 'hold' })
    expect(decide(command('ls'), permissive, [], { problems }).reason).toContain('config.yaml:3 is not valid')
  })
})

describe('the first rule that matches', () => {
  const both = (first: string, second: string) =>
    rules(`- { name: a, match: { command: git ** }, action: ${first} }\n- { name: b, action: ${second} }`)

  it('decides', () => {
    expect(decide(command('git status'), both('deny', 'approve'))).toMatchObject({
      action: 'deny',
      option: { number: 3, label: 'No' },
      rules: [{ name: 'a', line: 3 }],
    })
    expect(decide(command('git status'), both('approve', 'deny')).action).toBe('approve')
    expect(decide(command('ls'), both('approve', 'deny')).action).toBe('deny')
  })

  it('decides for each command of a line, and the strictest goes first', () => {
    const user = rules(
      '- { name: a, match: { command: ls }, action: approve }\n- { name: b, match: { command: rm ** }, action: deny }\n- { name: c, match: { command: npm ** }, action: hold }',
    )
    expect(decide(command('ls && rm x'), user).action).toBe('deny')
    expect(decide(command('ls && npm ci; rm x'), user).action).toBe('deny')
    expect(decide(command('ls && npm ci'), user).action).toBe('hold')
    expect(decide(command('ls && date'), user)).toMatchObject({
      action: 'hold',
      reason: 'no rule approves date',
    })
  })

  it('denies a program by its name, wherever it lies and whatever starts it', () => {
    const user = rules('- { name: no, match: { command: git push ** }, action: deny }')
    for (const text of [
      'git push',
      '/usr/bin/git push',
      'git -c a=b push',
      'sudo git push',
      "bash -c 'git push'",
      'git "$X"',
    ]) {
      expect(decide(command(text), user).action, text).toBe('deny')
    }
  })

  it('tells what was tried', () => {
    const { trace } = decide(command('ls'), both('approve', 'hold'))
    expect(trace).toMatchObject([
      { name: 'a', part: 'ls', whyNot: '"ls" is another command' },
      { name: 'b', part: 'ls', whyNot: undefined },
    ])
  })
})

describe('what a rule names', () => {
  const asked = question({
    kind: 'choice',
    promptKind: 'choice',
    text: 'Which database?\n  (pick one)',
    task: 'build-7',
  })

  it.each([
    ['{ kind: choice }', true],
    ['{ kind: [permission, question] }', false],
    ['{ agent: [codex, cla*] }', true],
    ['{ agent: codex }', false],
    ['{ text: "which DATABASE? (pick*" }', true],
    ['{ text: which }', false],
    ['{ option: "yes*" }', true],
    ['{ option: Maybe }', false],
    ['{ task: build-* }', true],
    ['{ task: deploy-* }', false],
    ['{ time: { hours: "09:00-17:00", timezone: UTC } }', true],
    ['{ time: { hours: "09:00-17:00", timezone: Asia/Tokyo } }', false],
    ['{ time: { days: [sat], timezone: UTC } }', true],
    ['{ time: { days: [mon, fri], timezone: UTC } }', false],
    ['{ time: { days: [fri], hours: "22:00-13:00", timezone: UTC } }', true],
    ['{ time: { days: [sat], hours: "22:00-11:00", timezone: UTC } }', false],
  ])('%s: %s', (match, matches) => {
    expect(decide(asked, approve(match)).action).toBe(matches ? 'approve' : 'hold')
  })

  it.each([
    [{ kind: 'credential' as const, promptKind: 'credential' }, '{}', false],
    [{ kind: 'login' as const, promptKind: 'login' }, '{}', false],
    [{ kind: 'login' as const, promptKind: 'login' }, '{ kind: login }', true],
    [{ kind: 'trust' as const, promptKind: 'trust' }, '{}', false],
    [{ kind: 'trust' as const, promptKind: 'trust' }, '{ kind: trust }', true],
    [{ kind: 'choice' as const, promptKind: 'update' }, '{}', false],
    [{ kind: 'choice' as const, promptKind: 'update' }, '{ kind: choice }', false],
    [{ kind: 'choice' as const, promptKind: 'update' }, '{ prompt: update }', true],
    [{ promptKind: 'plan', tool: 'plan' as const }, '{ kind: permission }', false],
    [{ promptKind: 'plan', tool: 'plan' as const }, '{ prompt: plan }', true],
  ])('%j with %s: %s', (change, match, matches) => {
    expect(decide(question(change), approve(match)).action).toBe(matches ? 'approve' : 'hold')
  })

  it('is the options of a command as well, wherever they stand', () => {
    const user = approve(
      '{ command: { words: [npm, run, "{lint,test}"], flags: [--silent, "--workspace=*"] } }',
    )
    for (const text of ['npm run lint', 'npm --silent run test', 'npm run test --workspace=a']) {
      expect(decide(command(text), user).action, text).toBe('approve')
    }
    for (const text of ['npm run lint --fix', 'npm run deploy', 'npm run lint -- x', 'npm run']) {
      expect(decide(command(text), user).action, text).toBe('hold')
    }
  })

  it('is the files of a tool', () => {
    const user = approve('{ tool: edit, files: "src/*" }')
    const edit = (...paths: string[]) => decide(question({ tool: 'edit', paths }), user).action
    expect([edit('src/a.ts'), edit('test/a.ts'), edit('src/a.ts', 'b.ts'), edit('src/../b.ts')]).toEqual([
      ...['approve', 'hold', 'hold', 'hold'],
    ])
  })
})

describe('what was not read completely', () => {
  it('is never approved, and can still be denied', () => {
    const asked = { ...command('ls'), incomplete: ['a part of the prompt is not on the screen'] }
    expect(decide(asked, everything)).toMatchObject({
      action: 'hold',
      reason: 'nothing is approved: a part of the prompt is not on the screen',
    })
    expect(decide(asked, rules('- { name: no, action: deny }')).action).toBe('deny')
  })
})

describe('an option', () => {
  const of = (...labels: [string, string][]) => ({
    ...command('ls'),
    options: labels.map(([label, meaning], index) => ({ number: index + 1, label, meaning })),
  })

  it('is never one that lasts, unless the rule has its whole label', () => {
    const lasting = of(['Yes, always', 'always'], ['Yes for this session', 'approve'], ['No', 'deny'])
    expect(decide(lasting, approve('{}')).action).toBe('hold')
    const choose = (option: string) => decide(lasting, rules(`- { name: it, action: { choose: ${option} } }`))
    expect(choose('1').action).toBe('hold')
    expect(choose('"Yes*"').action).toBe('hold')
    expect(choose('"*always"').action).toBe('hold')
    expect(choose('"yes, always"')).toMatchObject({ action: 'choose', option: { number: 1 } })
  })

  it('is none where several would do', () => {
    expect(
      decide(of(['Yes', 'approve'], ['Yes, in a sandbox', 'approve'], ['No', 'deny']), approve('{}')).reason,
    ).toBe('more than one option approves this once: "Yes", "Yes, in a sandbox"')
  })

  it('is none that is not there', () => {
    expect(decide(of(['No', 'deny']), approve('{}')).action).toBe('hold')
  })
})

describe('answers in words', () => {
  it('are given to questions, never for a password', () => {
    const user = rules('- { name: it, match: { kind: [question, login] }, action: { answer: "use SQLite" } }')
    expect(decide(question({ kind: 'question', promptKind: 'free-text', options: [] }), user)).toMatchObject({
      action: 'answer',
      text: 'use SQLite',
    })
    expect(decide(question({ kind: 'credential', promptKind: 'credential', options: [] }), user).action).toBe(
      'hold',
    )
  })
})

describe('evidence', () => {
  const unreported = { ...command('ls'), reported: false }
  const plain = approve('{ command: ls ** }')

  it('is the agent’s own report, unless the rule takes the screen alone', () => {
    expect(decide(unreported, plain)).toMatchObject({
      action: 'hold',
      reason: expect.stringContaining('only the screen shows that it is asked'),
      rules: [{ name: 'it' }],
    })
    const trusting = approve('{ command: ls ** }', '  evidence: screen\n')
    expect(decide(unreported, trusting).action).toBe('approve')
  })

  it('is wanted by each of the rules that are needed for one line', () => {
    const both = rules(
      '- { name: a, match: { command: ls ** }, action: approve, evidence: screen }\n' +
        '- { name: b, match: { command: git ** }, action: approve }',
    )
    const asked = { ...command('ls && git status'), reported: false }
    expect(decide(asked, both)).toMatchObject({ action: 'hold', reason: expect.stringContaining('"b"') })
    expect(decide({ ...asked, reported: true }, both).action).toBe('approve')
  })

  it('is wanted for choices and answers as well', () => {
    const asked = { ...question({ kind: 'question', text: 'Which?' }), reported: false }
    for (const action of ['{ choose: No }', '{ answer: dev }']) {
      const user = rules(`- { name: it, match: { kind: question }, action: ${action} }`)
      expect(decide(asked, user).action).toBe('hold')
      expect(decide({ ...asked, reported: true }, user).action).not.toBe('hold')
    }
  })

  it('is not wanted by what holds back', () => {
    expect(decide(unreported, rules('- { name: it, action: deny }')).action).toBe('deny')
    expect(decide(unreported, rules('- { name: it, action: { route: human } }')).action).toBe('route')
  })

  it('cannot be waived by a project', () => {
    const own = project('- { name: mine, action: approve, evidence: screen }')
    expect(decide(unreported, plain, [own]).action).toBe('hold')
  })
})

describe('a budget', () => {
  const user = approve('{ command: ls }', '  budget: { perHour: 2, perSession: 3 }')
  const key = ruleKey({ file: '/home/dev/.iterm-orch/config.yaml', name: 'it' })

  it.each([
    [1, 2, 'approve'],
    [2, 2, 'hold'],
    [0, 3, 'hold'],
  ])('used %i times in the hour and %i in the session: %s', (lastHour, session, action) => {
    const used = new Map([[key, { lastHour, session }]])
    expect(decide(command('ls'), user, [], { used }).action).toBe(action)
  })
})

describe('dryRun', () => {
  it('says what would be done', () => {
    const user = approve('{ command: ls }', '  dryRun: true')
    expect(decide(command('ls'), user)).toMatchObject({
      action: 'hold',
      dryRun: { action: 'approve', option: { number: 1 } },
    })
    const deny = rules('- { name: no, action: deny, dryRun: true }')
    expect(decide(command('ls'), deny)).toMatchObject({ action: 'hold', dryRun: { action: 'deny' } })
  })
})

describe('a refusal', () => {
  it('outranks an approval, unless the rule names it', () => {
    expect(decide(command('git push --force'), everything)).toMatchObject({
      action: 'hold',
      refusals: [{ id: 'force-push' }],
    })
    const user = approve('{ command: git push ** }', '  allowRefused: [force-push]')
    expect(decide(command('git push --force'), user).action).toBe('approve')
    const other = approve('{ command: git push ** }', '  allowRefused: [discard-work]')
    expect(decide(command('git push --force'), other).action).toBe('hold')
  })

  it('holds for each command by the rule that approves that command', () => {
    const user = rules(
      '- { name: a, match: { command: git push ** }, action: approve, allowRefused: [force-push] }\n- { name: b, match: { command: git ** }, action: approve }',
    )
    expect(decide(command('git push -f && git status'), user).action).toBe('approve')
    expect(decide(command('git push -f && git reset --hard'), user).action).toBe('hold')
  })
})

describe('the file of a project', () => {
  it('never approves what the person does not', () => {
    const all = project('- { name: all, action: approve }')
    expect(decide(command('ls'), rules('[]'), [all]).action).toBe('hold')
    expect(decide(command('git push -f'), everything, [all]).action).toBe('hold')
  })

  it('holds back what the person approves', () => {
    const tight = project(
      '- { name: none, match: { command: npm ** }, action: hold }\n- { name: no, match: { command: git push ** }, action: deny }',
    )
    expect(decide(command('npm test'), permissive, [tight])).toMatchObject({
      action: 'hold',
      rules: [{ name: 'none' }],
    })
    expect(decide(command('git push'), permissive, [tight]).action).toBe('deny')
    expect(decide(command('git status'), permissive, [tight]).action).toBe('approve')
  })

  it('makes exceptions of its own rules only', () => {
    const tight = project(
      '- { name: but, match: { command: npm test }, action: approve }\n- { name: none, action: hold }',
    )
    expect(decide(command('npm test'), permissive, [tight]).action).toBe('approve')
    expect(decide(command('npm ci'), permissive, [tight]).action).toBe('hold')
  })
})
