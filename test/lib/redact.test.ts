import { describe, expect, it } from 'vitest'
import { redact } from '../../src/lib/redact.ts'

describe('what looks like a secret is taken out', () => {
  it.each([
    ['key sk-proj-abcdefghijklmnop1234 used', 'key [redacted] used'],
    ['ghp_0123456789abcdefghij0123', '[redacted]'],
    ['AKIAIOSFODNN7EXAMPLE', '[redacted]'],
    ['Authorization: Bearer abcdef0123456789', 'Authorization: Bearer [redacted]'],
    ['password=hunter2 next', 'password=[redacted] next'],
    ['{"api_key": "abc123"}', '{"api_key": "[redacted]"}'],
    ['https://ann:pa55@example.com/x', 'https://ann:[redacted]@example.com/x'],
  ])('%s', (text, result) => {
    expect(redact(text)).toBe(result)
  })

  it.each(['[sudo] password for ann: ', 'QUESTION: which token should I use?', 'PERMISSION: rm -r build?'])(
    'and %j stays',
    (text) => {
      expect(redact(text)).toBe(text)
    },
  )
})
