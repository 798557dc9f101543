// Nothing is kept of work that is over: DOCUMENTS=2880 npx vitest run test/projects/day.test.ts for a day of it.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import type { InUse } from '../support/day-of-projects-main.ts'

const documents = Number(process.env['DOCUMENTS'] ?? 36)
/** Of a run: rounds in each of which the same things happen. */
const rounds = 12
/** What comes and goes with the compiler of Node: 0.4 to 1.5 MB were seen between rounds of one run. */
const noiseBytes = 4_000_000
/** Of each document that was cleared away. */
const perDocumentBytes = 300

const main = fileURLToPath(new URL('../support/day-of-projects-main.ts', import.meta.url))

it(`has no more in use after ${documents} documents than after the first of them`, async () => {
  const all = await day()
  expect(all).toHaveLength(rounds)
  // The first round makes what is made once.
  const [first, last] = [all.slice(1, 4), all.slice(-3)]
  console.log(JSON.stringify([first[0], last[2]]))
  // What is just being opened or closed comes and goes; what is kept is more after each round.
  for (const count of [inEach('descriptors'), inEach('waiting'), inEach('listeners'), watches]) {
    expect(Math.min(...last.map(count))).toBeLessThanOrEqual(Math.max(...first.map(count)))
  }
  const heap = (some: InUse[]) => some.reduce((sum, each) => sum + each.heap, 0) / some.length
  expect(heap(last) - heap(first)).toBeLessThan(noiseBytes + perDocumentBytes * documents)
  expect(last[2]?.warnings).toEqual([])
}, 3_600_000)

/** In a process of its own: this one has much else in its memory. */
async function day(): Promise<InUse[]> {
  const words = ['--import', 'tsx', main, String(documents), String(documents / rounds)]
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] })
  const seen: InUse[] = []
  createInterface({ input: child.stdout }).on('line', (line) => seen.push(JSON.parse(line)))
  const [code] = await once(child, 'close')
  expect(code).toBe(0)
  return seen
}

function inEach(key: 'descriptors' | 'waiting' | 'listeners') {
  return (each: InUse) => each[key]
}

function watches({ resources }: InUse): number {
  return resources['FSEventWrap'] ?? 0
}
