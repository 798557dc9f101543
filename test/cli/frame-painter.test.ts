import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cutStyled, type Frame, FramePainter } from '../../src/cli/attach/frame-painter.ts'
import { VisibleTerminal } from './visible-terminal.ts'

const columns = 20
const rows = 5
const word = fc.constantFrom('a', 'word', ' ', '日本', 'é', '~', '0123456789', '\u001b[31mred\u001b[0m')
const line = fc.array(word, { maxLength: 4 }).map((words) => cutStyled(words.join(''), columns))
const frame: fc.Arbitrary<Frame> = fc.record({
  columns: fc.constant(columns),
  rows: fc.constant(rows),
  lines: fc.array(line, { minLength: rows, maxLength: rows }),
  cursor: fc.record({ x: fc.nat(columns - 1), y: fc.nat(rows - 1) }),
  exited: fc.constant(false),
  bracketedPaste: fc.constant(false),
})

describe('FramePainter', () => {
  it('leaves on the screen exactly the last frame, whatever came before', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(frame, { minLength: 1, maxLength: 6 }), async (frames) => {
        const terminal = new VisibleTerminal(columns, rows)
        const painter = new FramePainter({ columns, rows })
        terminal.write('\u001b[?7l')
        for (const each of frames) terminal.write(painter.paint(each))
        await terminal.settled()
        const last = frames.at(-1)
        expect(terminal.rows).toEqual(last?.lines.map((text) => plain(text).trimEnd()))
        expect(terminal.cursor).toEqual(last?.cursor)
      }),
      { numRuns: 60 },
    )
  })

  it('writes only the rows that differ', () => {
    const painter = new FramePainter({ columns, rows: 3 })
    const first = picture(['one', 'two', 'three'])
    painter.paint(first)
    const update = painter.paint({ ...first, lines: ['one', 'TWO', 'three'] })
    expect(update).toContain('TWO')
    expect(update).not.toContain('three')
    painter.reset({ columns, rows: 3 })
    expect(painter.paint(first)).toContain('three')
  })

  it('shows what fits when the session is larger: always the row of the cursor', async () => {
    const lines = Array.from({ length: 10 }, (_, row) => `row ${row} ${'x'.repeat(60)}`)
    const terminal = new VisibleTerminal(12, 4)
    const frame = {
      columns: 70,
      rows: 10,
      lines,
      cursor: { x: 40, y: 8 },
      exited: false,
      bracketedPaste: false,
    }
    terminal.write(`\u001b[?7l${new FramePainter({ columns: 12, rows: 4 }).paint(frame)}`)
    await terminal.settled()
    expect(terminal.rows.map((text) => text.slice(0, 5))).toEqual(['row 5', 'row 6', 'row 7', 'row 8'])
    expect(terminal.cursor).toEqual({ x: 11, y: 3 })
  })

  it('hides the cursor and says so when the program has ended', () => {
    const painted = new FramePainter({ columns, rows: 3 }).paint(
      { ...picture(['bye']), exited: true },
      'ended',
    )
    expect(painted).toContain('ended')
    expect(painted).toContain('\u001b[?25l')
    expect(painted).not.toContain('\u001b[?25h')
  })
})

describe('cutStyled', () => {
  it('cuts to whole characters and keeps every escape sequence', () => {
    expect(cutStyled('\u001b[1mbold\u001b[0m text', 6)).toBe('\u001b[1mbold\u001b[0m …')
    expect(cutStyled('日本語', 4)).toBe('日…')
    expect(cutStyled('\u001b]8;;http://x\u001b\\link\u001b]8;;\u001b\\', 4)).toContain('link')
  })
})

function picture(lines: string[]): Frame {
  return { columns, rows: lines.length, lines, cursor: { x: 0, y: 0 }, exited: false, bracketedPaste: false }
}

function plain(text: string): string {
  return text.replaceAll(/\u001b\[[0-9;]*m/g, '')
}
