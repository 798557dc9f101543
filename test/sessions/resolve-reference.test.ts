import { describe, expect, it } from 'vitest'
import { OrchError } from '../../src/lib/errors.ts'
import { resolveReference } from '../../src/sessions/resolve-reference.ts'

const session = (id: string, name: string, task: string) => ({
  id,
  name,
  task,
  agent: 'claude',
  state: 'working' as const,
})
const sessions = [
  session('ABCD1111-0000-4000-8000-000000000000', 'one', 'shared'),
  session('ABCE2222-0000-4000-8000-000000000000', 'two', 'shared'),
  session('F0003333-0000-4000-8000-000000000000', 'three', 'own'),
]

function refusal(reference: string): OrchError {
  try {
    resolveReference(reference, sessions)
  } catch (error) {
    if (error instanceof OrchError) return error
  }
  throw new Error('was not refused')
}

describe('a session is named', () => {
  it.each([
    ['its id', 'F0003333-0000-4000-8000-000000000000'],
    ['the beginning of its id, in either case', 'f0'],
    ['its name', 'three'],
    ['its task', 'own'],
  ])('by %s', (_, reference) => {
    expect(resolveReference(reference, sessions).name).toBe('three')
  })

  it('but not by what two have in common: the candidates are listed', () => {
    for (const reference of ['abc', 'shared']) {
      const error = refusal(reference)
      expect(error.code).toBe('session-ambiguous')
      expect(error.message).toContain('one')
      expect(error.details?.['candidates']).toHaveLength(2)
    }
  })

  it('and an unknown name lists all', () => {
    const error = refusal('nobody')
    expect(error).toMatchObject({ code: 'session-not-found', exitCode: 3 })
    expect(error.details?.['candidates']).toHaveLength(3)
  })
})
