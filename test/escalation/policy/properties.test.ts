/** What holds for every command line. */
import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { wordsOf } from '../../../src/escalation/policy/shell/command.ts'
import { readShell } from '../../../src/escalation/policy/shell/read-shell.ts'
import { command, decide, everything, permissive, policy, readCases } from './support.ts'

const benign = readCases('benign.yaml').commands.map(String)
const refused = readCases('hostile.yaml').commands.flatMap((each) =>
  typeof each === 'object' && each.refused && !each.command?.includes('\n') && !each.command?.includes('<<')
    ? [each.command ?? '']
    : [],
)
const pieces = fc.constantFrom(
  ...[
    "'",
    '"',
    '\\',
    '$',
    '(',
    ')',
    '`',
    '{',
    '}',
    '|',
    '&',
    ';',
    '<',
    '>',
    '\n',
    ' ',
    '#',
    '*',
    '!',
    '=',
    '~',
    '[',
    ']',
    'rm',
    'git',
    'EOF',
    '<<',
    '-c',
    'bash',
    'é',
    '\u200b',
  ],
)

describe('any text', () => {
  it('is taken apart without an exception', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: pieces, maxLength: 80 }), fc.string({ unit: 'binary', maxLength: 80 })),
        (text) => {
          const { action } = decide(command(text), permissive)
          expect(['approve', 'hold']).toContain(action)
        },
      ),
      { numRuns: 2_000 },
    )
  })

  it('that is deep or long is held', () => {
    for (const text of [
      '$('.repeat(2_000),
      '('.repeat(4_000),
      `${'bash -c "'.repeat(50)}`,
      '{'.repeat(5_000),
      `ls ${'a'.repeat(20_000)}`,
      '`'.repeat(999),
      '${'.repeat(3_000),
      'sudo '.repeat(1_900),
      'find . -exec '.repeat(700),
    ]) {
      expect(decide(command(text), permissive).action).toBe('hold')
    }
  })
})

describe('a command that is refused', () => {
  const around = fc.constantFrom<(inner: string, other: string) => string>(
    (inner, other) => `${other} && ${inner}`,
    (inner, other) => `${inner}; ${other}`,
    (inner, other) => `${other} | ${inner}`,
    (inner, other) => `${other} || (${inner})`,
    (inner, other) => `${other}\n${inner}`,
    (inner, other) => `${other} & { ${inner}; }`,
    (inner) => `ls $(${inner})`,
    (inner) => `ls "$(${inner})"`,
    (inner) => `cat <(${inner})`,
    (inner) => `! ${inner}`,
    (inner) => `if ls; then ${inner}; fi`,
    (inner) => `bash -c ${quoted(inner)}`,
    (inner) => `timeout 9 bash -lc ${quoted(inner)}`,
    (inner) => `env CI=1 sh -c ${quoted(inner)}`,
    (inner) => `eval ${quoted(inner)}`,
  )

  it('is not approved wherever it stands', () => {
    const nested = fc.tuple(
      fc.constantFrom(...refused),
      fc.constantFrom(...benign.filter((each) => !each.includes('#'))),
      fc.array(around, { minLength: 1, maxLength: 3 }),
    )
    fc.assert(
      fc.property(nested, ([inner, other, layers]) => {
        const text = layers.reduce((text, layer) => layer(text, other), inner)
        expect(decide(command(text), everything).action, text).toBe('hold')
        expect(decide(command(text), permissive).action, text).toBe('hold')
      }),
      { numRuns: 1_000 },
    )
  })
})

describe('words', () => {
  const word = fc.string({
    unit: fc.constantFrom(...'ab/.-_=%:,@+ "\'$`\\*?[]{}~#&|;<>()!é'),
    minLength: 1,
    maxLength: 8,
  })
  const quoting = fc.constantFrom<(text: string) => string>(
    quoted,
    (text) => `"${text.replace(/[\\"$`]/gu, '\\$&')}"`,
    (text) => text.replace(/[^\w/.-]/gu, '\\$&'),
    (text) => [...text].map(quoted).join(''),
    (text) => `$'${text.replace(/[\\']/gu, '\\$&')}'`,
  )

  it('mean the same however they are quoted', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(word, quoting), { minLength: 1, maxLength: 5 }), (words) => {
        const text = `x ${words.map(([each, quote]) => quote(each)).join(' ')}`
        const { commands, problems } = readShell(text, '/')
        expect(problems).toEqual([])
        expect(commands.map(wordsOf)).toEqual([['x', ...words.map(([each]) => each)]])
      }),
      { numRuns: 1_000 },
    )
  })

  it('mean what a real shell makes of them', () => {
    // Without what would run something: only quotes, backslashes and plain characters.
    const odd = fc.string({ unit: fc.constantFrom(...'ab/.-_=%:,@+ "\'\\é'), minLength: 1, maxLength: 12 })
    const known = fc
      .sample(fc.array(odd, { minLength: 1, maxLength: 4 }), { numRuns: 300, seed: 7 })
      .flatMap((words) => {
        const { commands, problems } = readShell(`: ${words.join(' ')}`, '/')
        const values = commands[0] ? wordsOf(commands[0]).slice(1) : []
        // A backslash at the end would take the newline that follows in the script.
        const whole =
          !words.at(-1)?.endsWith('\\') &&
          problems.length === 0 &&
          commands.length === 1 &&
          values.every((value) => value !== undefined)
        return whole ? [{ text: words.join(' '), values }] : []
      })
    expect(known.length).toBeGreaterThan(30)
    const script = known.map(({ text }) => `printf '%s\\0' ${text}; printf '\\1\\0'`).join('\n')
    const printed = execFileSync('bash', ['-c', script], { encoding: 'utf8' })
    const real = printed
      .split('\u0001\0')
      .slice(0, -1)
      .map((part) => part.split('\0').slice(0, -1))
    // `printf` without a word prints its format once, as one empty word.
    expect(real).toEqual(known.map(({ values }) => (values.length === 0 ? [''] : values)))
  })
})

describe('a project', () => {
  const rule = fc.record({
    match: fc.constantFrom(
      {},
      { command: 'git **' },
      { command: '**', paths: 'any' },
      { tool: 'shell' },
      { kind: 'permission' },
    ),
    action: fc.constantFrom<unknown>(
      'approve',
      'deny',
      'hold',
      'notify',
      { choose: 'Yes' },
      { answer: 'y' },
      { route: 'human' },
    ),
  })

  it('never makes something approved that was not', () => {
    const all = [...benign, ...refused]
    fc.assert(
      fc.property(fc.constantFrom(...all), fc.array(rule, { maxLength: 4 }), (text, rules) => {
        const named = rules.map((each, index) => ({ name: `r${index}`, ...each }))
        const project = policy(JSON.stringify({ rules: named }), 'project')
        const before = decide(command(text), permissive)
        const after = decide(command(text), permissive, [project])
        if (['approve', 'choose', 'answer'].includes(after.action))
          expect(before).toMatchObject({ action: after.action })
      }),
      { numRuns: 500 },
    )
  })
})

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
