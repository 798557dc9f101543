import { expect, it } from 'vitest'
import { OrchError } from '../../../src/lib/errors.ts'
import { leaves } from '../../../src/sessions/typing/choose-option.ts'
import type { Keyboard, Look } from '../../../src/sessions/typing/keyboard.ts'
import { submitLine } from '../../../src/sessions/typing/submit-line.ts'

/** A double: between two looks lie 40 ms, and no real owner of a session can be made to close it just there. */
function closesAtEnter(error: () => Error): Keyboard {
  let shown = 'Delete it? [y/n] '
  let entered = false
  return {
    profile: { name: 'shell' } as Keyboard['profile'],
    facts: () => Promise.reject(new Error('is not asked for')),
    ended: () => Promise.resolve(entered),
    reportedWork: () => undefined,
    send: async (bytes) => {
      if (bytes === '\r') entered = true
      else shown += bytes
    },
    look: async (): Promise<Look> => {
      if (entered) throw error()
      const line = {
        text: shown,
        trimmed: shown.trimEnd(),
        wrapped: false,
      } as Look['picture']['lines'][number]
      const picture = { first: 0, columns: 80, rows: 24, lines: [line], cursor: { x: shown.length, y: 0 } }
      return { picture, reading: { state: 'waiting', reason: '' }, at: Date.now() }
    },
  }
}

const gone = () => new OrchError('session-gone', 'Could not read the screen: it is closed.')
const lost = () => new OrchError('terminal-lost', 'Could not read the screen: the connection is lost.')

it('says that a line was taken when its owner closes the session right after Enter', async () => {
  const keyboard = closesAtEnter(gone)
  const { evidence } = await submitLine(keyboard, await keyboard.look(), 'y', 'y', {
    canonical: true,
    echo: true,
  })
  expect(evidence).toBe('after Enter its session was closed')
})

it('says that a dialog was answered when its owner closes the session right after the key', async () => {
  const keyboard = closesAtEnter(gone)
  await keyboard.send('\r')
  const bound = { keyboard, facts: {} as never, fingerprint: 'f', isSame: () => true }
  expect(await leaves(bound, 'after Enter')).toBe('after Enter its session was closed')
})

it('does not say so of a terminal that cannot be asked', async () => {
  const keyboard = closesAtEnter(lost)
  const typing = submitLine(keyboard, await keyboard.look(), 'y', 'y', { canonical: true, echo: true })
  await expect(typing).rejects.toMatchObject({ code: 'terminal-lost' })
})
