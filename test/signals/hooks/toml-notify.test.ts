import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readNotify, withNotify, withoutNotify } from '../../../src/signals/hooks/toml-notify.ts'

const path = 'config.toml'
const argv = ['/usr/bin/node', '/opt/a "b"/main.js', 'hook']
const line = 'notify = ["/usr/bin/node","/opt/a \\"b\\"/main.js","hook"]'

const statement = fc.constantFrom(
  'model = "gpt" # which',
  "sandbox_mode = 'read-only'",
  '# a comment [with] = signs',
  '',
  'a.b."c d" = 1_000',
  'when = 1979-05-27 07:32:00Z',
  'list = [\n  "x", # [\n  \'y]\',\n]',
  'text = """\n[not.a.table]\nnotify = ["no"]\n"""',
  "raw = '''\n[neither]'''",
  'table = { notify = ["no"], x = "}" }',
)
const table = fc.constantFrom(
  '[projects."/home/dev"]\ntrust_level = "trusted"',
  '[[x]]\nnotify = ["of x"]',
  '# about it\n[tui]',
)
const config = fc
  .tuple(fc.array(statement), fc.array(table), fc.constantFrom('\n', '\r\n'), fc.boolean())
  .map(([statements, tables, eol, open]) => {
    const text = [...statements, ...tables].map((part) => `${part}\n`).join('')
    return (open ? text.replace(/\n$/, '') : text).replaceAll('\n', eol)
  })

describe('the notify line of config.toml', () => {
  it('is put where it belongs to no table, and taken out without a trace', () => {
    fc.assert(
      fc.property(config, (text) => {
        expect(readNotify(text, path)).toBeUndefined()
        const after = withNotify(text, argv, path)
        expect(readNotify(after, path)).toEqual(argv)
        expect(withoutNotify(after, path)).toBe(text)
      }),
    )
  })

  it('stands before the first table, and before the comment above it', () => {
    expect(withNotify('#:schema x\nmodel = "a"\n\n# mine\n[tui]\n', argv, path)).toBe(
      `#:schema x\nmodel = "a"\n${line}\n\n# mine\n[tui]\n`,
    )
    expect(withNotify('#:schema x\n[tui]\n', argv, path)).toBe(`#:schema x\n${line}\n[tui]\n`)
  })

  it('replaces one that is there, and leaves its neighbours', () => {
    const text = 'a = 1\nnotify = [\n  "old", # why\n]\nb = 2\n'
    expect(withNotify(text, argv, path)).toBe(`a = 1\n${line}\nb = 2\n`)
  })

  it('is read in every way of quoting', () => {
    expect(readNotify(`"notify" = ["a\\tb", 'c\\d']`, path)).toEqual(['a\tb', 'c\\d'])
  })

  it.each([
    ['a = 1\nb = "open\n', 'line 2, column 1'],
    ['= 1', 'line 1, column 1'],
    ['a = [1, 2\n', 'line 1, column 1'],
    ['a = 1 2\n', 'line 1, column 1'],
  ])('is not put into %j', (text, place) => {
    expect(() => withNotify(text, argv, path)).toThrow(place)
  })
})
