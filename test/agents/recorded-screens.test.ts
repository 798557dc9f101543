/** The screens of real agents, recorded with a scripted model, at every width. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { recognise } from '../../src/agents/recognise.ts'
import { type Cast, readCast, ScreenPlayer, screensAtMarkers } from '../support/screen-player.ts'
import { fixtures, profiles, read, readExpectation, summary } from './support.ts'

const agents = ['claude', 'codex', 'gemini']
const recordings = agents.flatMap((agent) =>
  readdirSync(join(fixtures, agent))
    .filter((name) => name.endsWith('.cast'))
    .map((name) => ({ agent, name, path: join(fixtures, agent, name) })),
)

function expectationOf(path: string) {
  const own = path.replace(/\.cast$/u, '.yaml')
  return readExpectation(existsSync(own) ? own : path.replace(/-\d+\.cast$/u, '.yaml'))
}

describe.each(agents)('the recordings of %s', (agent) => {
  it.each(recordings.filter((each) => each.agent === agent))('$name', ({ path }) => {
    const seen = [...screensAtMarkers(readCast(path))].map(({ marker, view }) => [
      marker,
      summary(read(agent, view)),
    ])
    expect(Object.fromEntries(seen)).toEqual(expectationOf(path))
  })

  it('are recognised as its own wherever the program is on the screen', () => {
    for (const { path } of recordings.filter((each) => each.agent === agent)) {
      for (const { marker, view } of screensAtMarkers(readCast(path))) {
        if (marker === 'exited' || marker === 'api-key') continue
        expect(recognise(view, profiles.values())?.profile.name, `${path} ${marker}`).toBe(agent)
      }
    }
  })
})

describe('the fingerprint of a prompt', () => {
  it('is the same at every width, for every selection, and while a text is typed into it', () => {
    const prints = new Map<string, Set<string>>()
    for (const { agent, name, path } of recordings) {
      for (const { marker, view } of screensAtMarkers(readCast(path))) {
        const { prompt } = read(agent, view)
        if (!prompt || prompt.truncated || name.includes('-two-')) continue
        const scenario = name.replace(/-\d+\.cast$/u, '')
        const question = name.includes('-many-') ? 'multi' : 'question'
        const key = `${agent} ${scenario} ${marker.replace(/-second$|-two-ticked$/u, '').replace(/^(?:field|free-text)$/u, question)}`
        prints.set(key, (prints.get(key) ?? new Set()).add(prompt.fingerprint))
      }
    }
    expect([...prints].filter(([, values]) => values.size !== 1)).toEqual([])
    expect(new Set([...prints.values()].flatMap((values) => [...values])).size).toBeGreaterThan(15)
  })

  it('is another one for another command', () => {
    for (const agent of agents) {
      const cast = readCast(join(fixtures, agent, 'permission-two-120.cast'))
      const prints = [...screensAtMarkers(cast)].flatMap(({ view }) => read(agent, view).prompt ?? [])
      expect(prints.length).toBe(2)
      expect(prints[0]?.fingerprint).not.toBe(prints[1]?.fingerprint)
    }
  })
})

describe('output that arrives in other pieces', () => {
  const short = recordings.filter(({ name }) =>
    /permission|question|trust|quoted|light|no-color|tmux|login|update|plan|theme/u.test(name),
  )

  it('gives the same verdicts', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...short),
        fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 20 }),
        ({ agent, path }, sizes) => {
          const cast = readCast(path)
          expect(replayInPieces(agent, cast, sizes)).toEqual(expectationOf(path))
        },
      ),
      { numRuns: 40 },
    )
  })
})

/** Plays the output in pieces of other sizes between the markers, cut inside of escape sequences, too. */
function replayInPieces(agent: string, { header, events }: Cast, sizes: readonly number[]) {
  const player = new ScreenPlayer(header.width, header.height)
  const seen: Record<string, unknown> = {}
  let waiting: string[] = []
  let turn = 0
  for (const [, kind, data] of events) {
    if (kind === 'o') waiting.push(...data)
    if (kind !== 'm') continue
    let rest = waiting
    waiting = []
    while (rest.length > 0) {
      const size = sizes[turn++ % sizes.length] ?? 1
      player.print(rest.slice(0, size).join(''))
      rest = rest.slice(size)
    }
    seen[data] = summary(read(agent, player.view()))
  }
  player.dispose()
  return seen
}
