import { createRequire } from 'node:module'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ChangedRows } from '../../../src/host/session/changed-rows.ts'
import { Emulator } from '../../../src/host/session/emulator.ts'
import { xtermInternals } from '../../../src/host/session/xterm-internals.ts'

const { Terminal } = createRequire(import.meta.url)('@xterm/headless') as typeof import('@xterm/headless')

/** Everything that moves, fills or clears rows, in the normal screen and the alternate one. */
const piece = fc.oneof(
  fc.constantFrom('text', 'text', '日本', 'e\u0301', '\r\n', '\n', '\b', '\t', '\x1bM', '\x1bD', '\x1bE'),
  fc.constantFrom(
    '\x1b[2J',
    '\x1b[J',
    '\x1b[1J',
    '\x1b[3J',
    '\x1b[K',
    '\x1b[1K',
    '\x1b[2K',
    '\x1b#8',
    '\x1bc',
  ),
  fc.constantFrom('\x1b[?1049h', '\x1b[?1049l', '\x1b[?47h', '\x1b[?47l', '\x1b[!p', '\x1b[?6h', '\x1b[?6l'),
  fc.constantFrom('\x1b[?3h', '\x1b[?45h', '\x1b[4h', '\x1b[4l', '\x1b7', '\x1b8', '\x1b[31;1m', '\x1b[0m'),
  fc.constantFrom('\x1b]8;;http://a.example\x07', '\x1b]8;;\x07', '\x1b[?2026h', '\x1b[?2026l'),
  fc.tuple(fc.nat(12), fc.nat(24)).map(([row, column]) => `\x1b[${row};${column}H`),
  fc.tuple(fc.nat(9), fc.nat(9)).map(([top, bottom]) => `\x1b[${top};${bottom}r`),
  fc
    .tuple(fc.nat(12), fc.constantFrom(...'ABCDEFGILMPSTXZ@b`d'))
    .map(([count, final]) => `\x1b[${count}${final}`),
  fc.string({ maxLength: 60 }),
)

describe('the rows that changed', () => {
  test('are found among those that were drawn on as they are among all', () => {
    fc.assert(
      fc.property(fc.array(fc.array(piece, { minLength: 1, maxLength: 4 }), { maxLength: 30 }), (writes) => {
        const terminal = new Terminal({ cols: 20, rows: 8, scrollback: 5, allowProposedApi: true })
        const inside = xtermInternals(terminal)
        const [drawn, all] = [new ChangedRows(inside), new ChangedRows(inside)]
        for (const write of ['', ...writes.map((pieces) => pieces.join(''))]) {
          try {
            inside._inputHandler.parse(Buffer.from(write))
          } catch {
            // The library fails at some sequences; then the emulator, too, has all rows compared.
            drawn.mark()
          }
          all.mark()
          const { baseY, cursorX, cursorY } = terminal.buffer.active
          const take = (rows: ChangedRows) =>
            rows.take({ columns: 20, rows: 8 }, baseY, { x: cursorX, y: cursorY })
          expect(take(drawn)).toEqual(take(all))
        }
        terminal.dispose()
      }),
      { numRuns: Number(process.env['CHANGED_ROWS_RUNS'] ?? 200) },
    )
  })

  test('are told with the cursor, and nothing is when a row is drawn as it was', () => {
    const emulator = new Emulator({ columns: 20, rows: 5, scrollback: 10 })
    const write = (text: string) => {
      emulator.parse(Buffer.from(text))
      return emulator.takeChange()
    }
    emulator.takeChange()
    expect(write('\x1b[3;1Htext')).toEqual({ rows: [2], cursor: true, words: true, moved: false })
    expect(write('\rtext')).toBeUndefined()
    expect(write('\x1b7\x1b[1;1Htop\x1b8')).toEqual({ rows: [0], cursor: false, words: true, moved: false })
    expect(write('\x1b7\x1b[2;1H\x1b[31m⠋ 12%\x1b8')).toEqual({
      rows: [1],
      cursor: false,
      words: false,
      moved: false,
    })
    expect(write('\x1b[5;1H')).toEqual({ rows: [], cursor: true, words: false, moved: false })
    expect(write('\n')).toMatchObject({ rows: [0, 1, 2], moved: true })
    emulator.resizeWith([], 30, 5)
    expect(emulator.takeChange()).toMatchObject({ moved: true })
    expect(write('\x1bc')).toEqual({ rows: [0, 1], cursor: true, words: true, moved: false })
    emulator.dispose()
  })
})
