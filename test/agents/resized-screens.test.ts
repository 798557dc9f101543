/**
 * The moment after a resize: the terminal has wrapped the rows anew, and the agent has not drawn again. What is
 * read of a dialog then is held back until it has (screen-reader.test.ts); what asks nothing must not seem to.
 */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Reading } from '../../src/agents/reading/reading.ts'
import { type Cast, readCast, ScreenPlayer } from '../support/screen-player.ts'
import { fixtures, read } from './support.ts'

/** Columns more or fewer, as when a window is pulled, a pane is split, or a tab bar comes. */
const changes = [-40, -13, -1, 1, 40]

interface Resized {
  marker: string
  before: Reading
  after: Reading
}

/** The reading at every marker, and that of the same screen at another width. */
function* resized(agent: string, { header, events }: Cast, change: number): Generator<Resized> {
  for (const [index, [, kind, marker]] of events.entries()) {
    if (kind !== 'm') continue
    const player = new ScreenPlayer(header.width, header.height)
    for (const [, type, data] of events.slice(0, index)) if (type === 'o') player.print(data)
    const before = read(agent, player.view())
    const after = read(agent, player.resize(header.width + change, header.height).view())
    player.dispose()
    yield { marker, before, after }
  }
}

describe.each(['claude', 'codex', 'gemini'])('a screen of %s that was resized', (agent) => {
  const names = readdirSync(join(fixtures, agent)).filter((name) => /-(?:80|120)\.cast$/u.test(name))

  it.each(names)('shows no prompt where nothing was asked: %s', (name) => {
    const cast = readCast(join(fixtures, agent, name))
    for (const change of changes) {
      for (const { marker, before, after } of resized(agent, cast, change)) {
        if (!before.prompt) expect(after.prompt, `${marker} ${change}`).toBeUndefined()
      }
    }
  })
})
