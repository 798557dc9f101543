import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { stopAfter } from '../../src/lib/stop-after.ts'

const module = new URL('../../src/lib/stop-after.ts', import.meta.url).href

it('aborts when its time is over, garbage collected or not', () => {
  // In a process of its own: only there the collector can be called.
  const script = `
    const { stopAfter } = await import(${JSON.stringify(module)})
    const other = new AbortController()
    const stop = (() => stopAfter(200, other.signal))()
    setTimeout(() => gc(), 20)
    const limit = setTimeout(() => { console.log('never'); process.exit() }, 20_000)
    stop.addEventListener('abort', () => { console.log(stop.reason.name); clearTimeout(limit) })`
  const printed = execFileSync(
    process.execPath,
    ['--expose-gc', '--import', 'tsx', '--input-type=module', '-e', script],
    { encoding: 'utf8' },
  )
  expect(printed).toBe('TimeoutError\n')
})

it('aborts with each of the others, and with their reason', () => {
  const [first, second] = [new AbortController(), new AbortController()]
  const stop = stopAfter(undefined, first.signal, undefined, second.signal)
  expect(stop.aborted).toBe(false)
  second.abort('enough')
  expect(stop.reason).toBe('enough')
  expect(stopAfter(60_000, first.signal, second.signal).reason).toBe('enough')
})
