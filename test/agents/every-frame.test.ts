/** Every picture on the way: between two pieces of output a screen is half drawn. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Reading } from '../../src/agents/reading/reading.ts'
import { readCast, ScreenPlayer } from '../support/screen-player.ts'
import { fixtures, read } from './support.ts'

/** The readings after every piece of output of a recording. */
function* frames(agent: string, name: string): Generator<{ reading: Reading; marker: string | undefined }> {
  const { header, events } = readCast(join(fixtures, agent, name))
  const player = new ScreenPlayer(header.width, header.height)
  for (const [, kind, data] of events) {
    if (kind === 'o') player.print(data)
    yield { reading: read(agent, player.view()), marker: kind === 'm' ? data : undefined }
  }
  player.dispose()
}

describe.each(['claude', 'codex', 'gemini'])('every picture of %s', (agent) => {
  const names = readdirSync(join(fixtures, agent)).filter((name) => name.endsWith('.cast'))

  it.each(names.filter((name) => /^(?:quoted|idle|working|streaming|exit|overloaded|limit)-/u.test(name)))(
    'shows no prompt where nothing is asked: %s',
    (name) => {
      for (const { reading } of frames(agent, name)) expect(reading.prompt).toBeUndefined()
    },
  )

  it.each(names.filter((name) => /^permission-(?:command|denied|two)-(?:40|80|120)\./u.test(name)))(
    'shows the prompts that are asked, and no other ones: %s',
    (name) => {
      const seen = [...frames(agent, name)]
      const asked = new Set(
        seen.flatMap(({ reading, marker }) => (marker ? (reading.prompt?.fingerprint ?? []) : [])),
      )
      const others = seen.filter(({ reading }) => reading.prompt && !asked.has(reading.prompt.fingerprint))
      expect(others.map(({ reading }) => reading.prompt)).toEqual([])
    },
  )
})
