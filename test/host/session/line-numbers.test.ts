import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Emulator } from '../../../src/host/session/emulator.ts'

const rows = 6

type Step = { print: number } | 'clear history' | 'alternate' | 'normal' | 'reset'

/** The whole of what a terminal does with numbered lines, as simply as it can be said. */
class Model {
  /** Lines by absolute number, from `overflow` on. */
  lines: string[] = []
  overflow = 0
  alternate = false
  printed = 0

  constructor(readonly scrollback: number) {}

  apply(step: Step): string {
    if (step === 'alternate') return this.#switch(true)
    if (step === 'normal') return this.#switch(false)
    if (step === 'clear history') {
      // In the alternate screen there is no history to clear.
      if (!this.alternate) this.#keep(0)
      return '\x1b[3J'
    }
    if (step === 'reset') {
      this.alternate = false
      this.#keep(0)
      this.lines = []
      return '\x1bc'
    }
    let output = ''
    for (let index = 0; index < step.print; index++) {
      const text = `line ${this.printed++}`
      output += `${text}\r\n`
      if (!this.alternate) this.#print(text)
    }
    return output
  }

  /** Lines that the history holds now. */
  get history(): number {
    return Math.max(0, this.lines.length + 1 - rows)
  }

  #print(text: string): void {
    this.lines.push(text)
    this.#keep(this.scrollback)
  }

  #keep(history: number): void {
    const lost = Math.max(0, this.history - history)
    this.overflow += lost
    this.lines.splice(0, lost)
  }

  #switch(on: boolean): string {
    // Leaving the screen that is not shown would still move the cursor to where it was last saved.
    if (this.alternate === on) return ''
    this.alternate = on
    return `\x1b[?1049${on ? 'h' : 'l'}`
  }
}

const steps = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ print: fc.integer({ min: 1, max: 40 }) }) },
    fc.constantFrom<Step>('clear history', 'alternate', 'normal', 'reset'),
  ),
  { maxLength: 20 },
)

test('a line keeps its number for as long as it exists', () => {
  fc.assert(
    fc.property(steps, fc.constantFrom(0, 1, 10, 5_000, Number.POSITIVE_INFINITY), (list, scrollback) => {
      const emulator = new Emulator({ columns: 20, rows, scrollback })
      const model = new Model(scrollback)
      for (const step of list) {
        emulator.parse(Buffer.from(model.apply(step)))
        const info = emulator.lineInfo()
        expect(info).toEqual({ overflow: model.overflow, history: model.history, grid: rows })
        const range = { startX: 0, startY: 0, endX: 0, endY: info.overflow + info.history + rows }
        const texts = emulator.readLines(range).map(({ text }) => text)
        expect(texts).toHaveLength(info.history + rows)
        const shown = model.alternate ? info.history : model.lines.length
        expect(texts.slice(0, shown)).toEqual(model.lines.slice(0, shown))
        if (!model.alternate) expect(emulator.cursor().y).toBe(model.overflow + model.lines.length)
      }
      emulator.dispose()
    }),
    { numRuns: 150 },
  )
})

test('an unlimited history keeps everything', () => {
  const emulator = new Emulator({ columns: 20, rows, scrollback: Number.POSITIVE_INFINITY })
  for (let index = 0; index < 100; index++) emulator.parse(Buffer.from('x\r\n'.repeat(500)))
  expect(emulator.lineInfo()).toEqual({ overflow: 0, history: 50_001 - rows, grid: rows })
})

test('lines that scroll out of a region, or by index, are counted like others', () => {
  const emulator = new Emulator({ columns: 20, rows, scrollback: 3 })
  emulator.parse(Buffer.from(`\x1b[1;4r\x1b[4;1H${'\n'.repeat(10)}\x1b[r\x1b[6;1H${'\x1bD'.repeat(10)}`))
  expect(emulator.lineInfo()).toEqual({ overflow: 17, history: 3, grid: rows })
})

test('a change of width wraps anew, and places in the text are found again', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 25 }),
      fc.integer({ min: 5, max: 60 }),
      fc.integer({ min: 0, max: 1_000 }),
      (lengths, width, pick) => {
        const emulator = new Emulator({ columns: 30, rows, scrollback: 1_000 })
        const anchors = lengths.map((length, index) => {
          const place = 1 + (pick % length)
          const text = 'x'.repeat(length)
          const mark = String.fromCodePoint(0x100 + index)
          emulator.parse(Buffer.from(text.slice(0, place - 1)))
          const anchor = emulator.cursor()
          const wraps = anchor.x === emulator.columns
          emulator.parse(Buffer.from(`${mark}${text.slice(place)}\r\n`))
          return { anchor: wraps ? { x: 0, y: anchor.y + 1 } : anchor, mark }
        })
        emulator.resizeWith(
          anchors.map(({ anchor }) => anchor),
          width,
          rows,
        )
        for (const { anchor, mark } of anchors) {
          const { x, y } = anchor.x === width ? { x: 0, y: anchor.y + 1 } : anchor
          const [found] = emulator.readLines({ startX: x, startY: y, endX: x + 1, endY: y })
          expect(found?.text).toBe(mark)
        }
        emulator.dispose()
      },
    ),
    { numRuns: 150 },
  )
})
