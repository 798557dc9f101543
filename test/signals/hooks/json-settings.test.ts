import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hookCommand } from '../../../src/signals/hooks/hook-command.ts'
import {
  findEntries,
  type HookEntry,
  hasEntries,
  parseSettings,
  withEntries,
  withoutEntries,
} from '../../../src/signals/hooks/json-settings.ts'

const command = hookCommand(['/usr/bin/node', "/opt/it's here/main.js"], 'claude', false)
const wanted: HookEntry[] = ['SessionStart', 'Stop', 'PreToolUse'].map((event) => ({
  event,
  handler: { type: 'command', command, timeout: 5 },
}))
const path = 'settings.json'
const install = (text: string) => withEntries(text, wanted, path)
const uninstall = (text: string) => withoutEntries(text, path)

const commented = `{
  // my model
  "model": "opus", /* best */
  "hooks": {
    // before all
    "Stop": [
      { "matcher": "", "hooks": [{ "type": "command", "command": "say done" }] }, // loud
    ],
  },
  "env": { "A": "1" } // the last
}
`

/** Settings as people have them: other keys, other hooks, in any layout. */
const handler = fc.record({ type: fc.constant('command'), command: fc.string() })
const group = fc.record({ matcher: fc.string(), hooks: fc.array(handler, { minLength: 1, maxLength: 2 }) })
const event = fc.constantFrom('Stop', 'PreToolUse', 'Other')
const settings = fc
  .tuple(
    fc.dictionary(
      fc.string().filter((name) => name !== '__proto__' && name !== 'hooks'),
      fc.jsonValue(),
    ),
    fc.option(fc.dictionary(event, fc.array(group, { minLength: 1, maxLength: 3 }), { minKeys: 1 })),
  )
  .map(([others, hooks]) => ({ ...others, ...(hooks && { hooks }) }))
const layout = fc.constantFrom('', 1, 2, 4, '\t')
const lineEnd = fc.constantFrom('\n', '\r\n')

describe('entries in the JSON settings of an agent', () => {
  it('are there after they were put in, with everything else as a value', () => {
    fc.assert(
      fc.property(settings, layout, (value, indent) => {
        const after = install(JSON.stringify(value, null, indent))
        expect(hasEntries(parseSettings(after, path), wanted)).toBe(true)
        expect(JSON.parse(uninstall(after))).toEqual(JSON.parse(JSON.stringify(value)))
      }),
    )
  })

  it('leave every byte as it was when they are taken out again', () => {
    fc.assert(
      fc.property(settings, layout, lineEnd, (value, indent, eol) => {
        const text = JSON.stringify(value, null, indent).replaceAll('\n', eol) + eol
        expect(uninstall(install(text))).toBe(text)
      }),
    )
  })

  it('are put in once, however often it is done', () => {
    fc.assert(
      fc.property(settings, layout, (value, indent) => {
        const once = install(JSON.stringify(value, null, indent))
        expect(install(once)).toBe(once)
      }),
    )
  })

  it('keep comments and trailing commas', () => {
    const after = install(commented)
    for (const comment of ['// my model', '/* best */', '// before all', '// loud', '// the last'])
      expect(after).toContain(comment)
    expect(uninstall(after)).toBe(commented)
  })

  it('take the indentation and the line ends of the file', () => {
    const after = install('{\r\n\t"model": "opus"\r\n}\r\n')
    expect(after).toContain('\r\n\t"hooks": {\r\n\t\t"SessionStart": [\r\n\t\t\t{\r\n')
    expect(after.replaceAll('\r\n', '')).not.toContain('\n')
  })

  it('keep a byte order mark', () => {
    const after = install('\ufeff{}')
    expect(after.startsWith('\ufeff{')).toBe(true)
    expect(uninstall(after)).toBe('\ufeff{}')
  })

  it('of an older version give way to those of this one', () => {
    const older = wanted.map((entry) => ({
      ...entry,
      handler: { ...entry.handler, command: hookCommand(['/old/node', '/old/main.js'], 'claude', true) },
    }))
    const before = '{\n  "model": "opus"\n}\n'
    expect(install(withEntries(before, older, path))).toBe(install(before))
  })

  it('are told from the entries of others', () => {
    const text = JSON.stringify({
      hooks: { Stop: [{ hooks: [{ type: 'command', command: 'iterm-orch hook --agent claude' }] }] },
    })
    expect(findEntries(parseSettings(text, path))).toEqual([])
  })

  it.each([
    ['{\n  "a": 1,\n  oops\n}', 'line 3, column 3'],
    ['{ "a": 1', 'line 1, column'],
    ['', 'line 1, column 1'],
    ['[]', 'no JSON object'],
    ['{ "hooks": {}, "hooks": {} }', '"hooks" twice'],
    ['{ "hooks": { "Stop": [], "Stop": [] } }', '"Stop" twice'],
    ['{ "hooks": [] }', 'no object'],
    ['{ "hooks": { "Stop": {} } }', 'no list'],
  ])('are not put into %j', (text, why) => {
    expect(() => install(text)).toThrow(why)
  })
})
