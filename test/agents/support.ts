/** Readings of screens that tests make. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import type { CompiledProfile } from '../../src/agents/compiled-profile.ts'
import { loadProfiles } from '../../src/agents/load-profiles.ts'
import { readScreen } from '../../src/agents/reading/read-screen.ts'
import type { Reading } from '../../src/agents/reading/reading.ts'
import type { CellLook, ScreenView } from '../../src/agents/reading/screen-view.ts'
import { ScreenPlayer } from '../support/screen-player.ts'

export const fixtures = fileURLToPath(new URL('../fixtures/agents/', import.meta.url))
export const { profiles } = loadProfiles('/nonexistent')
/** Noon, local time. */
export const now = new Date(2026, 10, 21, 12).getTime()

export function profileOf(agent: string): CompiledProfile {
  const profile = profiles.get(agent)
  if (!profile) throw new Error(`no profile of ${agent}`)
  return profile
}

export function read(agent: string, screen: ScreenView): Reading {
  return readScreen({ screen, profile: profileOf(agent), now })
}

/** What a program has printed on a fresh screen. */
export function printed(output: string, columns = 80, rows = 40): ScreenView {
  const player = new ScreenPlayer(columns, rows).print(output.replaceAll('\n', '\r\n'))
  const view = player.view()
  player.dispose()
  return view
}

export type Expectation = Record<string, Record<string, unknown>>

export function readExpectation(path: string): Expectation {
  return parse(readFileSync(path, 'utf8'))
}

/** A reading in the form of the expectation files. */
export function summary({ state, blocker, resetAt, inputBox, prompt }: Reading): Record<string, unknown> {
  return {
    state,
    ...(blocker && { blocker }),
    ...(resetAt && { resetsAt: resetAt.toTimeString().slice(0, 5) }),
    ...(inputBox?.draft && { draft: inputBox.draft }),
    ...(prompt && {
      kind: prompt.kind,
      question: prompt.question,
      ...(prompt.subject && { subject: prompt.subject }),
      ...(prompt.truncated && { truncated: true }),
      options: prompt.options.map((option) => ({
        label: option.label,
        ...(option.description && { description: option.description }),
        means: option.meaning,
        keys: option.keys.join(' '),
        ...(option.selected && { selected: true }),
        ...(option.ticked !== undefined && { ticked: option.ticked }),
      })),
    }),
  }
}

const plainLook: CellLook = {
  bold: false,
  faint: false,
  inverse: false,
  foreground: { kind: 'default' },
  background: { kind: 'default' },
}

/** The view of a screen of which only the text is known. */
export function viewOfText(lines: readonly string[], columns: number): ScreenView {
  const rows = lines.map((text) => ({
    text,
    wrapped: false,
    cellAt: (x: number) => ({ text: text[x] ?? ' ', width: 1, style: plainLook }),
  }))
  return { columns, rows, cursor: undefined, styled: false }
}
