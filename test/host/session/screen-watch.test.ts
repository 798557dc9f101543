// Time is made here: what is tested is when a change is told.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Emulator } from '../../../src/host/session/emulator.ts'
import { ScreenWatch } from '../../../src/host/session/screen-watch.ts'

let emulator: Emulator
let watch: ScreenWatch
/** Ms since the start at which a change was told. */
let told: number[]
let start: number

beforeEach(() => {
  vi.useFakeTimers()
  emulator = new Emulator({ columns: 40, rows: 12, scrollback: 100 })
  told = []
  start = performance.now()
  watch = new ScreenWatch(emulator, () => told.push(Math.round(performance.now() - start)))
})

afterEach(() => {
  watch.stop()
  emulator.dispose()
  vi.useRealTimers()
})

function write(text: string): void {
  emulator.parse(Buffer.from(text))
  watch.look()
}

function wait(ms: number): void {
  vi.advanceTimersByTime(ms)
}

const now = () => Math.round(performance.now() - start)

/** A spinner with a counter below, as agents turn it, without a change of anything else. */
function spin(ms: number, every = 100): void {
  for (const end = now() + ms; now() < end; wait(every)) {
    write(`\x1b7\x1b[6;1H${'|/-\\'[(now() / every) % 4]} Working\x1b[7;1H${now()} tokens\x1b8`)
  }
}

const dialog = '\x1b[8;1HDo you want to proceed?\r\n> 1. Yes\r\n  2. No'

describe('a screen on which only a spinner turns', () => {
  test.each([[33], [100], [250]])('is told of every two seconds, at %i ms a turn', (every) => {
    spin(1_500, every)
    told.length = 0
    spin(10_000, every)
    expect(told.length).toBeGreaterThanOrEqual(4)
    expect(told.length).toBeLessThanOrEqual(5)
  })

  test('is told of at once when a dialog is drawn, with or without the spinner', () => {
    spin(5_020)
    told.length = 0
    const drawnAt = now()
    write(dialog)
    expect(told).toEqual([drawnAt])
    spin(3_000)
    told.length = 0
    write('\x1b[10;1H  1. Yes\r\n> 2. No')
    expect(told).toEqual([now()])
  })

  test('is told of at once when a question takes the place of the counter while the spinner goes on', () => {
    spin(5_020)
    told.length = 0
    write('\x1b[7;1HProceed? (y/N)')
    expect(told).toEqual([now()])
  })

  test('is told of a last time when the spinner has come to rest', () => {
    spin(5_020)
    const stoppedAt = now() - 100
    told.length = 0
    wait(5_000)
    expect(told).toHaveLength(1)
    expect(told[0]).toBeGreaterThanOrEqual(stoppedAt)
    expect(told[0]).toBeLessThanOrEqual(stoppedAt + 350)
  })

  test('is told of at each turn after something was typed, whose echo looks like one', () => {
    spin(5_000)
    told.length = 0
    watch.typed()
    spin(1_000)
    expect(told.length).toBeGreaterThanOrEqual(10)
  })
})

describe('each change is told', () => {
  test('of lines that are printed one after the other', () => {
    for (let line = 0; line < 50; line += 1) {
      write(`line ${line}\r\n`)
      wait(50)
    }
    expect(told).toHaveLength(50)
  })

  test('of a row that changes now and then', () => {
    for (let second = 0; second < 20; second += 1) {
      write(`\r${second} s`)
      wait(400)
    }
    expect(told).toHaveLength(20)
  })

  test('of a line that grows by words', () => {
    for (let word = 0; word < 30; word += 1) {
      write('and ')
      wait(50)
    }
    expect(told).toHaveLength(30)
  })

  test('of a program that draws the whole screen ten times a second', () => {
    for (let frame = 0; frame < 30; frame += 1) {
      write(Array.from({ length: 12 }, (_, row) => `\x1b[${row + 1};1Hframe ${frame}`).join(''))
      wait(100)
    }
    expect(told).toHaveLength(30)
  })
})
