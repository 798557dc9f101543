import { describe, expect, it } from 'vitest'
import { PatternMatcher } from '../../src/agents/blocker-pattern.ts'

describe('the standard blocker patterns', () => {
  const matcher = new PatternMatcher([])
  it.each([
    ['ERROR: Database connection refused', 'error', 'error'],
    ['cp: PERMISSION DENIED', 'permission-denied', 'error'],
    ['  PERMISSION: may I?', 'permission', 'permission'],
    ['QUESTION: which of the three?', 'question', 'question'],
    ['[sudo] password for ann: ', 'sudo-password', 'credential'],
    ['Waiting for your reply', 'waiting', 'question'],
    ['COMPLETE: all done', 'complete', 'complete'],
  ])('find %j', (line, name, kind) => {
    expect(matcher.match([line])[0]?.pattern).toMatchObject({ name, kind })
  })

  it.each(['all is well', 'no errors', 'MYERROR: x', 'waiting for godot'])('leave %j alone', (line) => {
    expect(matcher.match([line])).toEqual([undefined])
  })
})

describe('patterns of the configuration', () => {
  it('come before the standard ones', () => {
    const own = { name: 'mine', pattern: 'ERROR: disk', ignoreCase: true, kind: 'stuck' as const }
    const found = new PatternMatcher([own]).match(['error: DISK', 'ERROR: net'])
    expect(found.map((match) => match?.pattern.name)).toEqual(['mine', 'error'])
  })

  it('that take too long are switched off, the others go on', () => {
    const disabled: string[] = []
    const slow = { name: 'slow', pattern: '^(a+)+$', ignoreCase: false, kind: 'stuck' as const }
    const good = { name: 'good', pattern: 'aab', ignoreCase: false, kind: 'stuck' as const }
    const matcher = new PatternMatcher([slow, good], { onDisabled: (name) => disabled.push(name) })
    const line = `${'a'.repeat(60)}b`
    expect(matcher.match([line])[0]?.pattern.name).toBe('good')
    expect(matcher.match([line])[0]?.pattern.name).toBe('good')
    expect(disabled).toEqual(['slow'])
  })
})
