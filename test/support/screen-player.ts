/** Plays recordings and printed text into the emulator, and gives the screens as a terminal would. */
import { readFileSync } from 'node:fs'
import type { ScreenView } from '../../src/agents/reading/screen-view.ts'
import { Emulator } from '../../src/host/session/emulator.ts'
import { Line } from '../../src/iterm2/screen/line.ts'

export interface CastHeader {
  width: number
  height: number
  agent: string
  agent_version: string
  title: string
}

export type CastEvent = [time: number, kind: string, data: string]

export interface Cast {
  header: CastHeader
  events: CastEvent[]
}

export function readCast(path: string): Cast {
  const [header = '{}', ...events] = readFileSync(path, 'utf8').trimEnd().split('\n')
  return { header: JSON.parse(header), events: events.map((line) => JSON.parse(line)) }
}

export class ScreenPlayer {
  readonly #emulator: Emulator

  constructor(columns: number, rows: number) {
    this.#emulator = new Emulator({ columns, rows, scrollback: 1_000 })
  }

  print(text: string | Uint8Array): this {
    this.#emulator.parse(typeof text === 'string' ? new TextEncoder().encode(text) : text)
    return this
  }

  resize(columns: number, rows: number): this {
    this.#emulator.resizeWith([], columns, rows)
    return this
  }

  /** The screen with the rows in the form in which the API sends them. */
  view(): ScreenView {
    const emulator = this.#emulator
    const { overflow, history } = emulator.lineInfo()
    const first = overflow + history
    const range = { startX: 0, startY: first, endX: 0, endY: first + emulator.rows }
    const { x, y } = emulator.cursor()
    return {
      columns: emulator.columns,
      rows: emulator.readLines(range).map((line) => new Line(line)),
      cursor: { x, y: y - first },
      styled: true,
    }
  }

  dispose(): void {
    this.#emulator.dispose()
  }
}

/** The screen at every marker of a recording. */
export function* screensAtMarkers({
  header,
  events,
}: Cast): Generator<{ marker: string; view: ScreenView; title: string }> {
  const player = new ScreenPlayer(header.width, header.height)
  let title = ''
  for (const [, kind, data] of events) {
    if (kind === 'o') {
      player.print(data)
      title = [...data.matchAll(/\u001b\][02];([^\u0007\u001b]*)/gu)].at(-1)?.[1] ?? title
    }
    if (kind === 'm') yield { marker: data, view: player.view(), title }
  }
  player.dispose()
}
