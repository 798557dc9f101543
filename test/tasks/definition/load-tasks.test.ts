import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { yamlProblemText } from '../../../src/lib/read-yaml.ts'
import { Task } from '../../../src/runner/task.ts'
import { loadTasks } from '../../../src/tasks/definition/load-tasks.ts'
import { parseTaskFile } from '../../../src/tasks/definition/read-task-file.ts'
import { taskSources } from '../../../src/tasks/definition/task-sources.ts'

const newDirectory = () => mkdtempSync(join(process.env['HOME'] ?? '', 'l-'))

/** Files by their path below a fresh directory. */
function tree(files: Record<string, string>): string {
  const root = newDirectory()
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return root
}

/** The tasks of one file of a project, and what is wrong as a compiler says it. */
function read(text: string, kind: 'home' | 'project' = 'project') {
  const { tasks, problems } = parseTaskFile(text, { file: '/p/iterm-orch.yaml', kind }, { HOME: '/home/ann' })
  return {
    tasks: tasks.map((each) => each.task),
    problems: problems.map((problem) => yamlProblemText('f', problem)),
  }
}

const nightly = `
tasks:
  nightly-audit:
    type: cron
    schedule: "0 3 * * 1-5"
    enabled: true
    steps:
      - name: update
        run: git pull --ff-only
      - name: audit
        agent: claude
        prompt: Audit the dependencies and write findings.json
        done: file:findings.json
      - name: report
        run: node report.mjs
        if: steps.audit.ok
    cwd: ~/src/shop
    env: { CI: "1" }
    env_file: .env
    timeout: 2h
    retry: { times: 2, backoff: exponential, delay: 30s }
    overlap: skip
    concurrency: audits
    needs: [build]
    alerts: [{ on: failed, severity: critical }, { on: slow, after: 1h, severity: warning }, { on: log, match: "ERROR", severity: info }]
    log: { max_size: 10MB, keep: 5 }
`

describe('a task of a file', () => {
  it('is complete when it is read: paths, milliseconds and bytes', () => {
    const { tasks, problems } = read(nightly)
    expect(problems).toEqual([])
    const home = process.env['HOME']
    expect(tasks).toEqual([
      {
        name: 'nightly-audit',
        type: 'cron',
        enabled: true,
        groups: [],
        steps: [
          { name: 'update', action: { kind: 'command', run: 'git pull --ff-only' } },
          {
            name: 'audit',
            action: {
              kind: 'agent',
              agent: 'claude',
              prompt: 'Audit the dependencies and write findings.json',
              done: { when: 'file', path: `${home}/src/shop/findings.json` },
            },
          },
          { name: 'report', action: { kind: 'command', run: 'node report.mjs' }, if: 'steps.audit.ok' },
        ].map((step) => ({ ...step, cwd: `${home}/src/shop`, env: {}, continueOnError: false })),
        cwd: `${home}/src/shop`,
        env: { CI: '1' },
        envFile: '/p/.env',
        timeoutMs: 7_200_000,
        retry: { times: 2, backoff: 'exponential', delayMs: 30_000, maxDelayMs: 600_000 },
        overlap: 'skip',
        concurrency: 'audits',
        needs: ['build'],
        schedule: { cron: '0 3 * * 1-5', jitterMs: 0, catchUp: 'last' },
        stop: { signal: 'SIGTERM', graceMs: 10_000 },
        alerts: [
          { on: 'failed', severity: 'critical' },
          { on: 'slow', severity: 'warning', afterMs: 3_600_000 },
          { on: 'log', severity: 'info', pattern: 'ERROR' },
        ],
        log: { maxBytes: 10 * 1024 ** 2, keep: 5 },
      },
    ])
    expect(Task.parse(JSON.parse(JSON.stringify(tasks[0])))).toEqual(tasks[0])
  })

  it('may be a single line', () => {
    const { tasks } = read('tasks: { build: { run: make }, ask: { prompt: Why?, agent: codex, done: exit } }')
    expect(tasks).toMatchObject([
      {
        name: 'build',
        type: 'one-shot',
        cwd: '/p',
        alerts: [],
        steps: [{ name: 'step-1', action: { run: 'make' } }],
      },
      { steps: [{ action: { kind: 'agent', agent: 'codex', prompt: 'Why?', done: { when: 'exit' } } }] },
    ])
  })

  it('is a daemon with rules, of which all have a default', () => {
    const { tasks } = read(`
tasks:
  web:
    type: daemon
    run: [node, server.mjs]
    ready: { http: "http://127.0.0.1:8080/health" }
    alive: { tcp: 8080, every: 30s }
  agent: { type: daemon, prompt: Watch the builds. }
`)
    expect(tasks[0]).toMatchObject({
      alerts: [{ on: 'failed', severity: 'warning' }],
      daemon: {
        policy: 'always',
        delayMs: 1_000,
        backoff: 'exponential',
        maxDelayMs: 300_000,
        resetAfterMs: 60_000,
        ready: { check: { kind: 'http' }, everyMs: 1_000, failures: 60 },
        alive: { check: { kind: 'tcp', host: '127.0.0.1', port: 8080 }, everyMs: 30_000, failures: 3 },
      },
    })
    expect(tasks[1]).toMatchObject({ steps: [{ action: { done: { when: 'exit' } } }] })
  })

  it('of config.yaml works in the home directory, and its other keys are not looked at', () => {
    expect(read('agent: [\n', 'home').problems).not.toEqual([])
    expect(read('colour: red\ntasks: { a: { run: ls } }', 'home').tasks).toMatchObject([{ cwd: '/home/ann' }])
  })
})

describe('what is wrong', () => {
  it.each([
    [
      'tasks: { a: { shedule: "0 3 * * *", run: ls } }',
      'f:1:15: tasks.a.shedule: is no key here; did you mean "schedule"?',
    ],
    [
      'tasks:\n  a:\n    steps:\n      - rum: ls',
      'f:4:9: tasks.a.steps[0].rum: is no key here; did you mean "run"?',
    ],
    ['taks: {}', 'f:1:1: taks: is no key here; did you mean "tasks"?'],
    [
      'tasks: { a: { run: ls, alerts: [{ on: slow, affter: 1h }] } }',
      'tasks.a.alerts[0].affter: is no key here; did you mean "after"?',
    ],
    [
      'tasks: { a: { run: ls, alerts: [{ on: faild }] } }',
      'tasks.a.alerts[0].on: must be one of failed, completed',
    ],
    [
      'tasks: { a: { run: ls, type: demon } }',
      'tasks.a.type: must be one-shot, daemon or cron; did you mean daemon?',
    ],
    ['tasks: { "a b": { run: ls } }', 'f:1:10: tasks["a b"]: is no name of a task'],
    ['tasks: { a: { run: ls, env: { CI: 1 } } }', 'tasks.a.env.CI: must be a text; put it in quotes'],
    ['tasks: { a: { run: ls, timeout: 2 hours } }', 'tasks.a.timeout: must be a duration such as 90s'],
    ['tasks: { a: { run: ls, log: { max_size: big } } }', 'tasks.a.log.max_size: must be a size such as'],
    ['tasks: { a: { run: ls, enabled: yes } }', 'tasks.a.enabled: must be true or false, and is a text'],
    ['tasks: { a: }', 'f:1:10: tasks.a: must be a mapping, and nothing stands there'],
    ['tasks: { a: {} }', 'f:1:10: tasks.a: A task needs one of run, steps, prompt or file'],
    ['tasks: { a: { agent: claude } }', 'tasks.a.agent: needs a prompt or a file beside it'],
    ['tasks: { a: { run: ls, prompt: Look } }', 'tasks.a.prompt: is for an agent, and beside run'],
    ['tasks: { a: { run: ls, steps: [{ run: ls }] } }', 'tasks.a.run: stands beside steps'],
    ['tasks: { a: { steps: [{ name: x }] } }', 'tasks.a.steps[0]: A step needs one of run, prompt or file'],
    [
      'tasks: { a: { steps: [{ name: x, run: ls }, { name: x, run: ls }] } }',
      'f:1:47: tasks.a.steps[1].name: there is another step "x"',
    ],
    [
      'tasks: { a: { steps: [{ run: ls, if: steps.b.ok }] } }',
      'tasks.a.steps[0].if: no step "b" stands before this one; there is none',
    ],
    ['tasks: { a: { run: ls, type: cron } }', 'tasks.a.type: cron needs a schedule or an interval'],
    [
      'tasks: { a: { run: ls, schedule: "0 25 * * *" } }',
      'tasks.a.schedule: is no cron expression ("minute hour day month weekday", such as "0 3 * * 1-5"): Invalid value for hour: 25',
    ],
    ['tasks: { a: { run: ls, schedule: "0 0 30 2 *" } }', 'tasks.a.schedule: never comes'],
    ['tasks: { a: { run: ls, schedule: "2030-01-23T00:00:00" } }', 'tasks.a.schedule: is no cron expression'],
    ['tasks: { a: { run: ls, interval: 15m, timezone: Berlin } }', 'tasks.a.timezone: is no time zone'],
    [
      'tasks: { a: { run: ls, interval: 15m, schedule: "@daily" } }',
      'tasks.a.interval: stands beside schedule',
    ],
    ['tasks: { a: { run: ls, interval: 10ms } }', 'tasks.a.interval: must be at least one second'],
    [
      'tasks: { a: { run: ls, ready: { tcp: 80 } } }',
      'tasks.a.ready: is for tasks of type daemon only, and this one is one-shot',
    ],
    [
      'tasks: { a: { run: ls, type: daemon, ready: { tcp: 80, run: ls } } }',
      'tasks.a.ready: needs exactly one of run, http, tcp and log',
    ],
    [
      'tasks: { a: { run: ls, type: daemon, alive: { tcp: host } } }',
      'tasks.a.alive.tcp: must be a port, or host:port',
    ],
    [
      'tasks: { a: { run: ls, type: one-shot, interval: 1h } }',
      'tasks.a.interval: is for tasks of type cron only',
    ],
    [
      'tasks: { a: { run: ls, alerts: [{ on: log, match: "(" }] } }',
      'tasks.a.alerts[0].match: is no regular expression: Unterminated group',
    ],
    ['concurrency: { all: 3 }', 'concurrency.all: is set in config.yaml only'],
    ['tasks: { a: { run: ls }, a: { run: ls } }', 'f:1:26: Map keys must be unique'],
    ['tasks: [', 'f:1:9: '],
    ['- a', 'f:1:1: must be a mapping, and is a list'],
  ])('is told with its place and the fix: %s', (text, problem) => {
    const { tasks, problems } = read(text)
    expect(problems.join('\n')).toContain(problem)
    expect(tasks).toEqual([])
  })

  it('is all told at once', () => {
    expect(read('tasks: { a: { rum: ls }, b: { tpye: cron, timeout: x } }').problems).toHaveLength(3)
  })

  it('is no crash, whatever the text', () => {
    const pieces = fc.constantFrom(
      'tasks:',
      '\n',
      ' ',
      '  ',
      'a:',
      '- ',
      'run: ls',
      '{',
      '}',
      '[',
      '&x ',
      '*x',
      '"',
      '0 3 * * *',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(pieces).map((all) => all.join('')),
        ),
        (text) => {
          for (const problem of read(text).problems) expect(problem).toMatch(/^f:\d+:\d+: /u)
        },
      ),
      { numRuns: 300 },
    )
  })
})

describe('several files', () => {
  const merged = (files: Record<string, string>, cwd = 'p', given: string[] = []) => {
    const root = tree(files)
    const sources = taskSources(join(root, 'home/config.yaml'), join(root, cwd), given, { HOME: root })
    const { tasks, problems, limits } = loadTasks(sources, { HOME: root })
    return {
      files: sources.map(({ file }) => file.slice(root.length + 1)),
      tasks: tasks.map(({ task, file, line, hides }) => ({
        name: task.name,
        from: `${file.slice(root.length + 1)}:${line}`,
        hides: hides.map((hidden) => `${hidden.file.slice(root.length + 1)}:${hidden.line}`),
        run: task.steps[0]?.action,
      })),
      limits,
      problems: problems.map((problem) => yamlProblemText(problem.file.slice(root.length + 1), problem)),
    }
  }

  it('define a task whole, the last one that names it', () => {
    const { files, tasks, limits } = merged(
      {
        'home/config.yaml':
          'concurrency: { x: 2, all: 9 }\ntasks:\n  a: { run: one, timeout: 1h }\n  b: { run: b }\n',
        'p/iterm-orch.yaml': 'concurrency: { x: 3 }\ntasks: { a: { run: two } }',
        'p/more.yaml': 'tasks:\n  a:\n    run: three\n',
      },
      'p/deep/er',
      ['../../more.yaml'],
    )
    expect(files).toEqual(['home/config.yaml', 'p/iterm-orch.yaml', 'p/more.yaml'])
    expect(tasks).toEqual([
      {
        name: 'a',
        from: 'p/more.yaml:2',
        hides: ['home/config.yaml:3', 'p/iterm-orch.yaml:2'],
        run: { kind: 'command', run: 'three' },
      },
      { name: 'b', from: 'home/config.yaml:4', hides: [], run: { kind: 'command', run: 'b' } },
    ])
    expect(limits).toEqual({ x: 3, all: 9 })
  })

  it('are looked for upwards to the nearest one, and not above the home directory', () => {
    expect(merged({ 'p/iterm-orch.yaml': '', 'p/q/iterm-orch.yaml': '' }, 'p/q/r').files).toEqual([
      'home/config.yaml',
      'p/q/iterm-orch.yaml',
    ])
    const root = tree({ 'iterm-orch.yaml': '', 'home/x': '' })
    expect(taskSources('/c', join(root, 'home'), [], { HOME: join(root, 'home') })).toHaveLength(1)
  })

  it('go on without one that is wrong', () => {
    const { tasks, problems } = merged({
      'home/config.yaml': 'tasks: { a: { run: one } }',
      'p/iterm-orch.yaml': 'tasks: { a: { run: two }, b: { rum: ls } }',
    })
    expect(tasks).toMatchObject([{ name: 'a', from: 'home/config.yaml:1' }])
    expect(problems).toEqual(['p/iterm-orch.yaml:1:32: tasks.b.rum: is no key here; did you mean "run"?'])
  })

  it('say so when a file that was named is not there', () => {
    expect(merged({}, 'p', ['none.yaml']).problems).toEqual(['p/none.yaml:1:1: does not exist'])
  })

  it('may need each other’s tasks, but not in a circle, and none that is not there', () => {
    const needs = (text: string) =>
      merged({ 'home/config.yaml': 'tasks: { base: { run: ls } }', 'p/iterm-orch.yaml': text })
    expect(needs('tasks: { a: { run: ls, needs: [base] } }').problems).toEqual([])
    const circle = needs(`tasks:
  a: { run: ls, needs: [base, b] }
  b: { run: ls, needs: [a] }
  c: { run: ls, needs: [b] }
  d: { run: ls, needs: [bass] }
  e: { run: ls }
`)
    expect(circle.tasks.map(({ name }) => name)).toEqual(['base', 'e'])
    expect(circle.problems).toEqual([
      'p/iterm-orch.yaml:2:31: tasks.a.needs[1]: the tasks need each other in a circle: a → b → a',
      'p/iterm-orch.yaml:3:25: tasks.b.needs[0]: the tasks need each other in a circle: b → a → b',
      'p/iterm-orch.yaml:5:25: tasks.d.needs[0]: there is no task "bass"; did you mean "base"?',
      'p/iterm-orch.yaml:4:25: tasks.c.needs[0]: needs "b", which cannot run itself',
    ])
  })

  it('may not tell tasks apart by upper and lower case', () => {
    const { tasks, problems } = merged({
      'p/iterm-orch.yaml': 'tasks: { build: { run: ls }, Build: { run: ls } }',
    })
    expect(tasks).toHaveLength(1)
    expect(problems[0]).toContain('differs only in upper and lower case from "build"')
  })
})
