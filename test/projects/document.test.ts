import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import fs, {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readQueue } from '../../src/projects/change-queue.ts'
import { parseDocument } from '../../src/projects/document.ts'
import { newDocumentName, readDocumentName } from '../../src/projects/document-name.ts'
import { exampleText } from '../../src/projects/example-document.ts'
import { isSettled } from '../../src/projects/monitor/settled.ts'
import { newDocument } from '../../src/projects/new-document.ts'
import { initProject } from '../../src/projects/project-places.ts'

let project: string

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'project-'))
})
afterEach(() => rmSync(project, { recursive: true, force: true }))

describe('the name of a document', () => {
  it.each([
    'task-system-verification-20250129-143000.md',
    'task-API_v1.2-20240229-000000.md',
    'task-möbel-20250129-235959.md',
  ])('is taken: %s', (file) =>
    expect(readDocumentName(file)).toMatchObject({ kind: 'document', id: file.slice(0, -3) }),
  )

  it.each([
    ['Task-x-20250129-143000.md', 'it must be in small letters: task-…-YYYYMMDD-HHMMSS.md'],
    ['task-x-20250129-143000.MD', 'it must be in small letters: task-…-YYYYMMDD-HHMMSS.md'],
    ['task-x-20250129-143000.markdown', 'it must end in .md'],
    ['task-x-20250129-143000', 'it must end in .md'],
    ['fix-login-20250129-143000.md', 'it must begin with task-'],
    ['tasks-x-20250129-143000.md', 'it must begin with task-'],
    ['task-x.md', 'its date and time are missing: task-<description>-YYYYMMDD-HHMMSS.md'],
    ['task-x-20250129.md', 'its date and time must be YYYYMMDD-HHMMSS, before .md'],
    ['task-x-2025-01-29-143000.md', 'its date and time must be YYYYMMDD-HHMMSS, before .md'],
    ['task-x-20250231-143000.md', '20250231-143000 is no date and time: YYYYMMDD-HHMMSS'],
    ['task-x-20250129-246000.md', '20250129-246000 is no date and time: YYYYMMDD-HHMMSS'],
    ['task--20250129-143000.md', 'its description is missing: task-<description>-YYYYMMDD-HHMMSS.md'],
    [
      'task-a b-20250129-143000.md',
      'its description may have letters, digits, `-`, `_` and `.`, and a letter or a digit first',
    ],
    [`task-${'x'.repeat(200)}-20250129-143000.md`, 'it is longer than 180 bytes'],
  ])('almost fits: %s', (file, reason) => expect(readDocumentName(file)).toEqual({ kind: 'almost', reason }))

  it.each([
    'README.md',
    'notes.txt',
    '.task-x-20250129-143000.md.swp',
    'task-x-20250129-143000.md~',
    'task-x-20250129-143000.md.tmp',
    '#task-x-20250129-143000.md#',
    'taskforce.md',
  ])('is of something else: %s', (file) => expect(readDocumentName(file)).toEqual({ kind: 'other' }))

  it('can be read back, whatever the description', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 300 }),
        fc.date({ min: new Date('1970-01-02'), max: new Date('9998-01-01'), noInvalidDate: true }),
        (words, now) => {
          if (!/[\p{L}\p{N}]/u.test(words)) {
            expect(() => newDocumentName(words, now)).toThrow(/gives no name/)
            return
          }
          const name = newDocumentName(words, now)
          expect(readDocumentName(`${name.id}.md`)).toEqual({ kind: 'document', ...name })
        },
      ),
    )
    expect(newDocumentName('परियोजना हिन्दी', new Date(2026, 10, 21, 9, 30)).description).toBe(
      'परियोजना-हिन्दी',
    )
    expect(newDocumentName('Fix the “login”, now!', new Date(2026, 10, 21, 9, 30)).id).toBe(
      'task-fix-the-login-now-20261121-093000',
    )
  })
})

describe('a document', () => {
  const parse = (text: string) => parseDocument(Buffer.from(text))

  it('says how it is to be done before what', () => {
    const text =
      '---\nagent: codex\nmodel: o9\npriority: high\ntimeout: 30m\nretries: 2\nneeds: task-a-20250129-143000\n---\nDo it.\n'
    expect(parse(text)).toMatchObject({
      ok: true,
      settings: {
        ...{ agent: 'codex', model: 'o9', priority: 10, timeout: 1_800_000, retries: 2 },
        needs: ['task-a-20250129-143000'],
      },
      text: 'Do it.\n',
    })
    expect(parse('Just do it.')).toEqual({
      ok: true,
      settings: { priority: 0, needs: [] },
      text: 'Just do it.',
      content: 'Just do it.',
      sha256: createHash('sha256').update('Just do it.').digest('hex'),
    })
  })

  it.each([
    ['', 'it is empty: nothing says what is to be done'],
    ['---\nagent: codex\n---\n \n', 'it is empty: nothing says what is to be done'],
    ['---\nagent: codex\ntimout: 3m\n---\nx', 'line 3: timout: is no key here; did you mean "timeout"?'],
    [
      '---\npriority: fast\n---\nx',
      'line 2: priority: must be low, normal, high, urgent, or a whole number from -100 to 100',
    ],
    [
      '---\nneeds: task-a\n---\nx',
      'line 2: needs: must be the name of a task document without .md, or a list of them',
    ],
    ['---\nmode: tab\n---\nx', 'line 2: mode: must be headless or session'],
    ['---\nworktree: a..b\n---\nx', 'line 2: worktree: is no name of a branch'],
    ['---\ndone: soon\n---\nx', 'line 2: done: must be idle, exit, completion or file:<path>'],
    [
      '---\nmode: headless\ndone: idle\n---\nx',
      'line 3: done: is of mode session; a headless agent is done when its program ends',
    ],
    [
      '---\npermissions: plan\nmode: session\n---\nx',
      'line 2: permissions: is of mode headless; in a session the agent asks, and the policy answers',
    ],
    ['---\npermissions: read-only\nx', 'line 1: the settings that begin with --- have no --- at their end'],
    [
      '---\npermissions: plan\ndone: exit\n---\nx',
      'line 2: permissions: is of mode headless; in a session the agent asks, and the policy answers',
    ],
    ['---\nprompt: Do it.\n---\nx', 'line 2: prompt: must have {text} or {file} in it'],
    ['a\0b', 'it is no text: it has a NUL byte in it'],
  ])('that nobody can work on is named with the reason: %j', (text, problem) =>
    expect(parse(text)).toEqual({ ok: false, problem }),
  )

  it('is refused when it is not UTF-8, and never throws', () => {
    expect(parseDocument(Buffer.from([0xff, 0x41]))).toEqual({ ok: false, problem: 'it is not UTF-8' })
    fc.assert(fc.property(fc.uint8Array(), (bytes) => void parseDocument(bytes)))
    fc.assert(fc.property(fc.string(), (yaml) => void parse(`---\n${yaml}\n---\nx`)))
  })

  it('says how it is to be done', () => {
    expect(parse('---\nmode: session\nworktree: fix/login\ndone: file:report.md\n---\nx')).toMatchObject({
      settings: { mode: 'session', worktree: 'fix/login', done: 'file:report.md' },
    })
    expect(parse('---\nworktree: true\npermissions: plan\n---\nx')).toMatchObject({
      settings: { worktree: true, permissions: 'read-only' },
    })
  })

  it('has the form that the example shows', () => {
    const [, example = ''] = /following|(^ {4}---$[\s\S]*?)\n\n/mu.exec(exampleText) ?? []
    expect(parse(example.replace(/^ {4}/gmu, ''))).toMatchObject({
      ok: true,
      settings: { agent: 'claude', priority: 10, retries: 1 },
    })
  })
})

describe('the tasks of a project', () => {
  it('are listed by priority and time, and what is no task with the reason', () => {
    initProject(project)
    const write = (file: string, text: string | Buffer) => writeFileSync(join(project, 'tasks', file), text)
    write('task-late-20250130-000000.md', 'late')
    write('task-early-20250129-000000.md', 'early')
    write('task-urgent-20250131-000000.md', '---\npriority: urgent\n---\nurgent')
    write('task-early-20250129.md', 'no time')
    write('task-empty-20250129-000001.md', '')
    write('task-huge-20250129-000002.md', Buffer.alloc(1024 * 1024 + 1, 'x'))
    mkdirSync(join(project, 'tasks', 'task-folder-20250129-000003.md'))
    execFileSync('mkfifo', [join(project, 'tasks', 'task-pipe-20250129-000004.md')])
    symlinkSync('nowhere.md', join(project, 'tasks', 'task-lost-20250129-000005.md'))
    const { tasks, unfit } = readQueue(project)
    expect(tasks.map(({ text }) => text)).toEqual(['urgent', 'early', 'late'])
    expect(unfit).toEqual([
      { file: 'task-early-20250129.md', reason: 'its date and time must be YYYYMMDD-HHMMSS, before .md' },
      { file: 'task-empty-20250129-000001.md', reason: 'it is empty: nothing says what is to be done' },
      { file: 'task-folder-20250129-000003.md', reason: 'it is no file' },
      {
        file: 'task-huge-20250129-000002.md',
        reason: 'it has 1048577 bytes, and 1048576 are allowed; name a file with the rest in it',
      },
      { file: 'task-lost-20250129-000005.md', reason: 'it is a link to a file that is not there' },
      { file: 'task-pipe-20250129-000004.md', reason: 'it is no file' },
    ])
  })

  it('are not taken for none when their directory cannot be read', () => {
    expect(() => readQueue(project)).toThrow(/tasks cannot be read: it is not there$/)
  })

  it('get names of their own when they are written in the same second', () => {
    const now = new Date(2026, 10, 21, 9, 30, 59)
    const paths = [1, 2, 3].map((number) => newDocument(project, 'Do it', `${number}`, now))
    expect(paths.map((path) => [basename(path), readFileSync(path, 'utf8')])).toEqual([
      ['task-do-it-20261121-093059.md', '1\n'],
      ['task-do-it-20261121-093100.md', '2\n'],
      ['task-do-it-20261121-093101.md', '3\n'],
    ])
    expect(readdirSync(join(project, 'tasks'))).toHaveLength(3)
    expect(() => newDocument(project, 'Do it', ' ', now)).toThrow(/Nothing was written: it is empty/)
    expect(() => newDocument(project, 'Do it', 'x'.repeat(1024 * 1024), now)).toThrow(/1048577 bytes/)
    expect(() => newDocument(project, '!', 'x', now)).toThrow(/gives no name/)
  })
})

it('documents are written, and replace none, on a file system without links, such as exFAT', () => {
  const { linkSync } = fs
  const refused = Object.assign(new Error('EPERM: operation not permitted, link'), { code: 'EPERM' })
  // No such file system can be mounted in a test.
  fs.linkSync = () => {
    throw refused
  }
  syncBuiltinESMExports()
  try {
    const now = new Date(2026, 10, 21, 9, 30, 59)
    const paths = [1, 2].map((number) => newDocument(project, 'Do it', `${number}`, now))
    expect(paths.map((path) => [basename(path), readFileSync(path, 'utf8')])).toEqual([
      ['task-do-it-20261121-093059.md', '1\n'],
      ['task-do-it-20261121-093100.md', '2\n'],
    ])
    expect(readdirSync(join(project, 'tasks'))).toHaveLength(2)
  } finally {
    fs.linkSync = linkSync
    syncBuiltinESMExports()
  }
})

it('documents that we write count as whole at once, however fast they were written', () => {
  const looks = Array.from({ length: 20 }, (_, number) =>
    statSync(newDocument(project, `do ${number}`, 'now')),
  )
  const now = Date.now()
  expect(looks.map((look) => isSettled(look, now, now, 500))).toEqual(looks.map(() => true))
})

describe('a new project', () => {
  it('gets what it lacks, and keeps what it has', () => {
    mkdirSync(join(project, 'tasks'))
    writeFileSync(join(project, 'tasks', 'README.md'), 'mine')
    expect(initProject(project).map((path) => path.slice(project.length + 1))).toEqual([
      ...['results', 'results/.gitignore', 'state', 'state/.gitignore', 'logs', 'logs/.gitignore'],
    ])
    expect(readFileSync(join(project, 'tasks', 'README.md'), 'utf8')).toBe('mine')
    expect(initProject(project)).toEqual([])
    rmSync(join(project, 'logs'), { recursive: true })
    writeFileSync(join(project, 'logs'), '')
    expect(() => initProject(project)).toThrow(/is in the way/)
  })
})
