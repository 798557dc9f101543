import { describe, expect, it } from 'vitest'
import { checkConfig, configSchema } from '../../src/service/check-config.ts'

describe('the check of config.yaml', () => {
  it.each([
    ['', []],
    ['agent: claude\n', []],
    ['agent: claude\ncolour: red\n', [{ line: 2, column: 1, field: 'colour' }]],
    ['stuck:\n  waiting: soon\n', [{ line: 2, column: 3, field: 'stuck.waiting' }]],
    ['agents: { a: { command: [] } }', [{ line: 1, column: 16, field: 'agents.a.command' }]],
    [
      "blockers:\n  patterns:\n    - { name: x, pattern: '(', kind: error }\n",
      [{ line: 3, column: 18, field: 'blockers.patterns[0].pattern' }],
    ],
    ['a: 1\nb: [', [{ line: 2, field: '' }]],
  ])('names the place: %j', (text, problems) => {
    const found = checkConfig(text)
    expect(found).toMatchObject(problems)
    expect(found).toHaveLength(problems.length)
  })

  it('has a schema for editors, from the same source', () => {
    expect(configSchema()).toMatchObject({
      type: 'object',
      additionalProperties: false,
      properties: { terminal: { enum: ['iterm2', 'host', 'auto'] }, stuck: { type: 'object' } },
    })
  })
})
