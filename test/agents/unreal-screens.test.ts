/** Screens that show a dialog which is not in front: quoted, scrolled up, answered, printed. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ScreenView } from '../../src/agents/reading/screen-view.ts'
import { readCast, screensAtMarkers } from '../support/screen-player.ts'
import { fixtures, printed, profiles, read } from './support.ts'

interface Shown {
  agent: string
  name: string
  view: ScreenView
}

/** Every recorded screen with a prompt. */
const dialogs: Shown[] = ['claude', 'codex', 'gemini'].flatMap((agent) =>
  readdirSync(join(fixtures, agent))
    .filter((name) => name.endsWith('-120.cast') || name.endsWith('-80.cast'))
    .flatMap((name) =>
      [...screensAtMarkers(readCast(join(fixtures, agent, name)))]
        .filter(({ view }) => read(agent, view).prompt)
        .map(({ marker, view }) => ({ agent, name: `${agent} ${name} ${marker}`, view })),
    ),
)

function textOf(view: ScreenView): string[] {
  const lines = view.rows.map(({ text }) => text.trimEnd())
  return lines.slice(0, lines.findLastIndex((line) => line !== '') + 1)
}

/** The resting screen of an agent without its banner: what stands from the box down. */
function restOf(agent: string, columns: number): string[] {
  const cast = readCast(join(fixtures, agent, `idle-${columns}.cast`))
  for (const { marker, view } of screensAtMarkers(cast)) {
    const box = read(agent, view).inputBox
    if (marker === 'idle-done' && box) return textOf(view).slice(box.top - 1)
  }
  throw new Error(`no resting screen of ${agent}`)
}

/** Prints lines and leaves the cursor in the input box, as the agent does. */
function withBox(agent: string, above: readonly string[], columns: number): ScreenView {
  const rest = restOf(agent, columns)
  const box = above.length + 1
  const view = printed([...above, ...rest].join('\n'), columns, above.length + rest.length + 1)
  return { ...view, cursor: { x: 2, y: box } }
}

describe.each(dialogs)('$name', ({ agent, view }) => {
  const lines = textOf(view)
  const columns = view.columns

  it('is no prompt above the input box', () => {
    const seen = read(agent, withBox(agent, lines, columns))
    expect(seen.prompt).toBeUndefined()
    expect(seen.inputBox).toBeDefined()
    expect(seen.state).not.toBe('waiting')
  })

  it('is no prompt when it is quoted in an answer', () => {
    const quoted = [
      '● The dialog looks like this:',
      '',
      ...lines.map((line) => `  ${line}`),
      '',
      '  Done.',
      '',
    ]
    expect(read(agent, withBox(agent, quoted, columns)).prompt).toBeUndefined()
  })

  it.each(['dev@box:~/shop$ ', '$ ', '➜  shop git:(main) ✗ ', '❯ ', '~/shop % '])(
    'is no prompt when a shell has printed it and asks with %j',
    (prompt) => {
      const screen = printed(`${lines.join('\n')}\n${prompt}`, columns, lines.length + 2)
      expect(read('shell', screen)).toMatchObject({ state: 'idle' })
      for (const other of profiles.values()) {
        expect(read(other.profile.name, screen).prompt, other.profile.name).toBeUndefined()
      }
    },
  )

  it('is no prompt when more output follows', () => {
    const after = ['', 'Ran the command and got this result back from it, all is well.', '', 'And then more.']
    const screen = printed([...lines, ...after, ''].join('\n'), columns, lines.length + 6)
    expect(read(agent, screen).prompt).toBeUndefined()
  })

  it('is the same prompt inside of a tmux with its status line', () => {
    const status = '[main] 0:agent* 1:zsh-                     "box" 12:30 21-Nov-26'
    const height = view.rows.length
    const rows = [...view.rows.slice(0, height), printed(status, columns, 1).rows[0]].filter((row) => !!row)
    const seen = read(agent, { ...view, rows })
    expect(seen.prompt?.fingerprint).toBe(read(agent, view).prompt?.fingerprint)
  })
})
