import { describe, expect, it } from 'vitest'
import { Iterm2Error } from '../../src/iterm2/errors.ts'
import { translated } from '../../src/terminal/api-error.ts'

describe('a terminal that does not answer', () => {
  it.each([
    ['iterm2', 'iTerm2', 'embedded host'],
    ['host', 'embedded host', 'iTerm2'],
  ] as const)('is called by its name: %s', async (kind, name, other) => {
    const silence = translated(kind, 'read the screen', () =>
      Promise.reject(new Iterm2Error('timeout', 'no answer', { hint: 'whatever terminal it is' })),
    )
    await expect(silence).rejects.toMatchObject({
      code: 'timeout',
      hint: expect.stringMatching(new RegExp(`^(?!.*${other}).*${name}`)),
    })
  })
})
