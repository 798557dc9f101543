import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { commsAt } from '../../src/mail/comms.ts'
import { count, repairAndExamine, snapshot } from '../support/faults/examine-world.ts'
import { makeWorld } from '../support/faults/operations.ts'

const program = new URL('../support/faults/kill-main.ts', import.meta.url).pathname

/** So many processes are killed; thousands with `KILLS=2000`. */
const kills = Number(process.env['KILLS'] ?? 16)
const seed = Number(process.env['KILL_SEED'] ?? 1 + Math.floor(Math.random() * 1_000_000))
const atOnce = 4
/** Between the first word of a process and its death, in ms: several operations. */
const longestLife = 150

test(`${kills} processes, killed at any moment (KILL_SEED=${seed}), leave every message and task once`, {
  timeout: 60_000 + kills * 3_000,
}, async () => {
  const interrupted = new Map<string, number>()
  // A world that has grown takes long to look through.
  for (let done = 0; done < kills; done += atOnce * 4) {
    const base = mkdtempSync(join(tmpdir(), 'io-killed-'))
    await makeWorld(base)
    snapshot(base)
    const told: string[] = []
    for (let round = 0; round < 4 && done + round * atOnce < kills; round++) {
      const lives = Array.from({ length: atOnce }, (_, n) => live(base, seed + done + round * atOnce + n))
      for (const { made, during } of await Promise.all(lives)) {
        told.push(...made)
        interrupted.set(during, (interrupted.get(during) ?? 0) + 1)
      }
    }
    const problems = await repairAndExamine(base)
    const { messages, tasks } = count(commsAt(join(base, 'comms')))
    const there = new Set([
      ...tasks.map((task) => `task ${task}`),
      ...messages.map((id) => id.replace(/^\S+/, 'message')),
    ])
    problems.push(...told.filter((what) => !there.has(what)).map((what) => `lost ${what}`))
    expect(problems, base).toEqual([])
    rmSync(base, { recursive: true })
  }
  if (process.env['KILLS']) process.stderr.write(`${JSON.stringify(Object.fromEntries(interrupted))}\n`)
})

/** What a process said that it had made before it was killed, and in what it was killed. */
async function live(base: string, own: number): Promise<{ made: string[]; during: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', program, base, String(own)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = Promise.all([text(child.stdout), once(child, 'close')])
  await Promise.race([once(child.stdout, 'data'), ended])
  await new Promise((resolve) => setTimeout(resolve, (own * 7_919) % longestLife))
  child.kill('SIGKILL')
  const [output, [, signal]] = await ended
  expect(signal, output).toBe('SIGKILL')
  // The last line may be cut off.
  const lines = output.split('\n').slice(0, -1)
  const last = lines.at(-1) ?? ''
  return {
    made: lines.filter((line) => /^> \w/.test(line)).map((line) => line.slice(2)),
    during: last.startsWith('< ') ? last.slice(2) : 'between two',
  }
}
