import { expect, it } from 'vitest'
import { backOffMs } from '../../src/runner/back-off.ts'
import { RunClock, type Ticker } from '../../src/runner/run-clock.ts'

/** Monotonic time that a test moves; `freeze` is what SIGSTOP and the sleep of a computer do. */
class HandTicker implements Ticker {
  time = 1_000
  readonly #timers = new Set<{ at: number; action: () => void }>()

  now = () => this.time

  after(ms: number, action: () => void): () => void {
    const timer = { at: this.time + ms, action }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  pass(ms: number): void {
    for (const end = this.time + ms; ; ) {
      const [next] = [...this.#timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)
      if (!next) {
        this.time = end
        return
      }
      this.time = Math.max(this.time, next.at)
      this.#timers.delete(next)
      next.action()
    }
  }

  freeze(ms: number): void {
    this.time += ms
    this.pass(0)
  }
}

function aClock() {
  const ticker = new HandTicker()
  const clock = new RunClock(ticker)
  const fired: number[] = []
  return { ticker, clock, fired, fire: () => fired.push(clock.now()) }
}

it('calls when the time has come, and not before', () => {
  const { ticker, clock, fired, fire } = aClock()
  clock.after(60_000, fire)
  ticker.pass(59_999)
  expect(fired).toEqual([])
  ticker.pass(1)
  expect(fired).toHaveLength(1)
})

it('does not let time pass while the process could not run', () => {
  const { ticker, clock, fired, fire } = aClock()
  clock.after(60_000, fire)
  ticker.pass(30_000)
  ticker.freeze(3_600_000)
  expect(fired).toEqual([])
  // What is not sure within the five seconds before it was frozen counts as time.
  ticker.pass(24_000)
  expect(fired).toEqual([])
  ticker.pass(6_000)
  expect(fired).toHaveLength(1)
})

it('stands still exactly as long as it is told', () => {
  const { ticker, clock, fired, fire } = aClock()
  clock.after(10_000, fire)
  ticker.pass(4_000)
  clock.standStill()
  ticker.freeze(100_000)
  expect(clock.now()).toBe(5_000)
  clock.goOn()
  ticker.pass(5_999)
  expect(fired).toEqual([])
  ticker.pass(1)
  expect(fired).toHaveLength(1)
})

it('takes a busy computer for nothing else', () => {
  const { ticker, clock, fired, fire } = aClock()
  clock.after(10_000, fire)
  ticker.pass(9_000)
  ticker.freeze(4_000)
  expect(fired).toHaveLength(1)
})

it('forgets what was cancelled', () => {
  const { ticker, clock, fired, fire } = aClock()
  clock.after(10, fire)()
  ticker.pass(100)
  expect(fired).toEqual([])
})

it('waits longer each time, up to a limit', () => {
  const rules = { backoff: 'exponential', delayMs: 10, maxDelayMs: 65 } as const
  expect([1, 2, 3, 4, 500].map((again) => backOffMs(rules, again))).toEqual([10, 20, 40, 65, 65])
  expect(backOffMs({ ...rules, backoff: 'fixed' }, 9)).toBe(10)
})
