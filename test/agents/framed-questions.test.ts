/** Questions of @clack/prompts and @inquirer/prompts, from recordings of the packages (versions in the fixture). */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { printed, read, summary, viewOfText } from './support.ts'

const Recordings = z.object({
  columns: z.number(),
  recorded: z.record(z.string(), z.object({ asked: z.string(), answered: z.string() })),
})
const fixture = new URL('../fixtures/framed-prompts.json', import.meta.url)
const { columns, recorded } = Recordings.parse(JSON.parse(readFileSync(fixture, 'utf8')))

const option = (label: string, keys: string, more = {}) => ({ label, means: 'other', keys, ...more })
const selected = { selected: true }

const expected: [string, Record<string, unknown>][] = [
  [
    'confirm',
    {
      ...{ blocker: 'question', kind: 'confirmation', question: 'Install dependencies?' },
      options: [
        { label: 'Yes', means: 'approve', keys: 'enter', selected: true },
        { label: 'No', means: 'deny', keys: 'right enter' },
      ],
    },
  ],
  [
    'select',
    {
      ...{ blocker: 'choice', kind: 'choice', question: 'Pick a project type.' },
      options: [
        option('TypeScript', 'enter', selected),
        option('JavaScript', 'down enter'),
        option('CoffeeScript', 'down down enter'),
      ],
    },
  ],
  [
    'multi',
    {
      ...{ blocker: 'choice', kind: 'multi-select', question: 'Select additional tools.' },
      options: [
        option('ESLint', 'space', { selected: true, ticked: false }),
        option('Prettier', 'down space', { ticked: false }),
        option('Vitest', 'down down space', { ticked: false }),
      ],
    },
  ],
  ['text', { blocker: 'question', kind: 'free-text', question: 'What is your name?', options: [] }],
  ['password', { blocker: 'credential', kind: 'credential', question: 'Your token', options: [] }],
]

describe.each(expected)('a framed question of the kind %s', (name, prompt) => {
  const { asked = '', answered = '' } = recorded[`clack ${name}`] ?? {}
  /** Newlines stand as the terminal's driver wrote them. */
  const screen = (text: string) => printed(text.replaceAll('\r\n', '\n'), columns)

  it('is read', () => {
    expect(summary(read('shell', screen(asked)))).toEqual({ state: 'waiting', ...prompt })
  })

  it('is read as well behind other output', () => {
    const before = 'Need to install the following packages:\ncreate-app@1.0.0\n\n'
    expect(summary(read('shell', screen(before + asked)))).toEqual({ state: 'waiting', ...prompt })
  })

  it('is over once it was answered', () => {
    expect(read('shell', screen(asked + answered)).prompt).toBeUndefined()
  })

  it('is none when more has been printed below, or a shell shows its prompt', () => {
    expect(read('shell', screen(`${asked}added 12 packages\n`)).prompt).toBeUndefined()
    expect(read('shell', screen(`${asked}dev@box:~$ `))).toMatchObject({ state: 'idle' })
  })

  it('is none in a text that quotes it, without its colours', () => {
    const quoted = asked.replaceAll(/\u001b\[[0-9;?]*[a-zA-Z]/gu, '')
    expect(read('shell', screen(quoted)).prompt).toBeUndefined()
  })

  it('is read from its text alone', () => {
    const rows = asked.replaceAll(/\u001b\[[0-9;?]*[a-zA-Z]/gu, '').split('\r\n')
    expect(read('shell', viewOfText(rows, columns)).prompt).toMatchObject({ question: prompt['question'] })
  })
})

describe('a framed question with choices', () => {
  const asked = recorded['clack select']?.asked ?? ''

  it('has one fingerprint whichever is selected', () => {
    const moved = asked.replaceAll('●', '◎').replace('○', '●').replace('◎', '○')
    const prints = [asked, moved].map((text) => read('shell', printed(text.replaceAll('\r\n', '\n'))).prompt)
    expect(prints[1]?.options.map((each) => each.selected)).toEqual([false, true, false])
    expect(prints[1]?.fingerprint).toBe(prints[0]?.fingerprint)
  })
})

describe('a question of inquirer', () => {
  it.each([
    ['confirm', { kind: 'confirmation', question: 'Continue?' }],
    ['select', { kind: 'choice', question: 'Select a package manager' }],
  ])('of the kind %s is read without its mark, and over once it was answered', (name, prompt) => {
    const { asked = '', answered = '' } = recorded[`inquirer ${name}`] ?? {}
    const screen = (text: string) => printed(text.replaceAll('\r\n', '\n'), columns)
    expect(read('shell', screen(asked))).toMatchObject({ state: 'waiting', prompt })
    expect(read('shell', screen(asked + answered)).prompt).toBeUndefined()
  })
})
