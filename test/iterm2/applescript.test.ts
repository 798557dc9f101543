import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { codePoints, runAppleScript } from '../../src/iterm2/applescript.ts'
import { type FakeOsascript, installFakeOsascript } from '../support/fake-osascript.ts'

let osascript: FakeOsascript

beforeEach(() => {
  osascript = installFakeOsascript()
  osascript.answer('status', { text: 'done' })
})
afterEach(() => osascript.uninstall())

/** Any text, with what ends literals and lines in AppleScript more often than by chance. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({
    unit: fc.constantFrom(
      '"',
      '\\',
      '\n',
      '\r',
      '}',
      '{',
      ',',
      '&',
      '¬',
      '«',
      '»',
      '--',
      ' do shell script ',
    ),
  }),
)

describe('a text for a script', () => {
  it('survives as code points, whatever it is', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const codes = codePoints(text)
        expect(codes.every((code) => Number.isInteger(code) && code >= 0 && code <= 0x10ffff)).toBe(true)
        expect(String.fromCodePoint(...codes)).toBe(text)
      }),
      { numRuns: 2000 },
    )
  })

  it('has a replacement character for half of a surrogate pair', () => {
    expect(codePoints('a\ud83d')).toEqual([0x61, 0xfffd])
    expect(codePoints('\ude00b')).toEqual([0xfffd, 0x62])
    expect(codePoints('😀')).toEqual([0x1f600])
  })

  it('reaches osascript whole, and nothing else of the script depends on it', async () => {
    await runAppleScript('application-status', { targetName: '' }, 5_000)
    const expected = withoutText(osascript.scripts()[0] ?? '')
    await fc.assert(
      fc.asyncProperty(anyText, async (text) => {
        await runAppleScript('application-status', { targetName: text }, 5_000)
        const script = osascript.scripts().at(-1) ?? ''
        const list = /^set targetNameCodes to \{([\d,]*)\}\n/.exec(script)?.[1]
        const codes = list === '' ? [] : (list?.split(',').map(Number) ?? [Number.NaN])
        expect(String.fromCodePoint(...codes)).toBe(text)
        expect(withoutText(script)).toBe(expected)
      }),
      { numRuns: 60 },
    )
  })

  it('is made again with string id inside the script', async () => {
    await runAppleScript('application-status', { targetName: 'x' }, 5_000)
    const [script = ''] = osascript.scripts()
    expect(script).toContain('return string id codes')
    expect(script).toContain('set targetName to my textFrom(targetNameCodes)')
  })

  it('cannot choose the name of its variable freely', async () => {
    const run = runAppleScript('application-status', { 'x to 1\nset y': 'text' }, 5_000)
    await expect(run).rejects.toMatchObject({ code: 'invalid-argument' })
    expect(osascript.scripts()).toEqual([])
  })
})

describe('running a script', () => {
  it('gives the text it returns', async () => {
    expect(await runAppleScript('application-status', {}, 5_000)).toBe('done')
  })

  it('fails with the number of the error', async () => {
    osascript.answer('status', { error: -1728 })
    const run = runAppleScript('application-status', {}, 5_000)
    await expect(run).rejects.toMatchObject({ name: 'AppleScriptError', number: -1728 })
  })

  it('fails when it takes too long, and ends the process', async () => {
    osascript.answer('status', { hangs: true })
    await expect(runAppleScript('application-status', {}, 100)).rejects.toMatchObject({
      name: 'AppleScriptError',
    })
  })

  it('sends only ASCII, which no encoding can change', async () => {
    await runAppleScript('application-status', { targetName: 'ä😀' }, 5_000)
    expect(osascript.scripts()[0]).toMatch(/^[\n\t\x20-\x7e]*$/)
  })
})

function withoutText(script: string): string {
  return script.replace(/^set targetNameCodes to \{[\d,]*\}$/m, '')
}
