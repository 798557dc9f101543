import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import type { DeathRun } from '../support/faults/escalation-faults-main.ts'

const program = new URL('../support/faults/escalation-faults-main.ts', import.meta.url).pathname
/** One in so many calls is tried in the suite; all of them with `FAULT_EVERY=1`. */
const every = Number(process.env['FAULT_EVERY'] ?? 16)
const first = Number(process.env['FAULT_FIRST'] ?? 1 + Math.floor(Math.random() * every))

describe(`a service that dies at one in ${every} of its calls that change a file (FAULT_FIRST=${first})`, () => {
  it.concurrent.each([
    ['a person', 'remembered', 'api'],
    ['a person', 'forgotten', 'api'],
    ['a rule', 'remembered', 'policy'],
    ['a rule', 'forgotten', 'policy'],
  ])(
    'leaves each question answered once by %s, and told once; its last answer is %s',
    async (_who, memory, via) => {
      const runs = await runDeaths([via, memory, String(first), String(every)])
      expect(runs.length).toBeGreaterThan(1)
      expect(runs.at(-1)?.met).toBe(false)
      expect(runs.filter(({ problems }) => problems.length > 0)).toEqual([])
    },
    600_000,
  )
})

async function runDeaths(args: string[]): Promise<DeathRun[]> {
  const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), program, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [output] = await Promise.all([text(child.stdout), once(child, 'exit')])
  return output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
}
