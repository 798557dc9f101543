import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parsePayload } from '../../../src/signals/hooks/payload.ts'

describe('what an agent hands to its hook', () => {
  it('of a text that was cut off gives the members that came whole', () => {
    const whole = { session_id: 's', hook_event_name: 'PostToolUse', tool_input: { command: 'a, "b" {' } }
    const text = JSON.stringify({ ...whole, last: 'x'.repeat(100) })
    expect(parsePayload(text.slice(0, -50))).toEqual(whole)
    fc.assert(
      fc.property(fc.nat(text.length), (length) => {
        const part = parsePayload(text.slice(0, length)) ?? {}
        expect({ ...whole, ...part, last: 0 }).toEqual({ ...whole, last: 0 })
      }),
    )
  })

  it('is no object in any other text', () => {
    for (const text of ['', 'null', '[]', '7', '"x"', 'no', '{{{'])
      expect(parsePayload(text) ?? {}).toEqual({})
  })

  it('loses results of tools, long texts and secrets', () => {
    const payload = parsePayload(
      JSON.stringify({
        tool_response: { stdout: 'secret file' },
        prompt: 'y'.repeat(10_000),
        tool_input: { api_key: 'abc', command: 'export A=sk-abcdefgh1jklmn0pqrst2vwx', max_tokens: 5 },
      }),
    )
    expect(payload).toEqual({
      prompt: `${'y'.repeat(4_000)}…`,
      tool_input: { api_key: '[redacted]', command: 'export A=[redacted]', max_tokens: 5 },
    })
  })
})
