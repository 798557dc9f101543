import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import { commsAt } from '../../src/mail/comms.ts'
import { count, removeWorld, repairAndExamine } from '../support/faults/examine-world.ts'
import type { Run } from '../support/faults/faults-main.ts'
import { operations } from '../support/faults/operations.ts'

const program = new URL('../support/faults/faults-main.ts', import.meta.url).pathname

/** One in so many calls is tried in the suite; all of them with `FAULT_EVERY=1`. */
const every = Number(process.env['FAULT_EVERY'] ?? 12)
const first = Number(process.env['FAULT_FIRST'] ?? 1 + Math.floor(Math.random() * every))
const { FAULT_ONLY: only, FAULT_KIND: kindOnly, FAULT_COUNT: counting } = process.env
const names = Object.keys(operations).filter((name) => only === undefined || name === only)

const kinds: [what: string, kind: string, how: string][] = [
  ['killed', 'dies', 'once'],
  ['on a disk that is full from there on', 'ENOSPC', 'lasting'],
  ['on a disk that was full for a moment', 'ENOSPC', 'once'],
  ['without permission from there on', 'EACCES', 'lasting'],
  ['when something cannot be read', 'EIO', 'reading'],
]

describe.each(kinds.filter(([, kind]) => kindOnly === undefined || kind === kindOnly))(
  `an operation %s, at one in ${every} of its calls (FAULT_FIRST=${first})`,
  (_what, kind, how) => {
    test.concurrent.each(names.filter((_, index) => isTried(kind, how, index)))(
      'loses nothing, says so, and doctor repairs the rest: %s',
      { timeout: 600_000 },
      (name) => tryAll(name, kind, how),
    )
  },
)

/** Deaths in all operations; of the refusals one in each, unless they are asked for. */
function isTried(kind: string, how: string, index: number): boolean {
  if (kind === 'dies' || process.env['FAULT_EVERY'] !== undefined) return true
  const refusal = kinds.findIndex((entry) => entry[1] === kind && entry[2] === how)
  return (index + first) % (kinds.length - 1) === refusal - 1
}

async function tryAll(name: string, kind: string, how: string): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'io-faults-'))
  const runs = await runFaults([join(directory, 'w'), name, kind, how])
  const whole = runs.at(-1)
  expect(whole).toMatchObject({ met: false })
  expect(whole?.code, whole?.message).toBeUndefined()
  const wrong: string[] = []
  let most = { messages: 0, tasks: 0 }
  for (const run of runs.toReversed()) {
    const problems = [...(kind === 'dies' ? [] : unclear(run)), ...(await repairAndExamine(run.world))]
    const { messages, tasks } = count(commsAt(join(run.world, 'comms')))
    if (run === whole) most = { messages: messages.length, tasks: tasks.length }
    if (messages.length > most.messages) problems.push('a message too many')
    if (tasks.length > most.tasks) problems.push('a task too many')
    const done = kind !== 'dies' && run.code === undefined
    if (done && messages.length < most.messages) problems.push('done, but a message is missing')
    if (done && tasks.length < most.tasks) problems.push('done, but a task is missing')
    const where = `${run.half ? 'within' : 'before'} ${run.call.replaceAll(run.world, '')}`
    wrong.push(...problems.map((problem) => `${where}: ${problem} (${run.world})`))
    if (problems.length === 0) removeWorld(run.world)
  }
  if (counting) process.stderr.write(`${runs.length - 1}\t${name}\t${kind} ${how}\n`)
  expect(wrong).toEqual([])
  rmSync(directory, { recursive: true })
}

async function runFaults(args: string[]): Promise<Run[]> {
  const all = ['--import', 'tsx', program, ...args, String(first), String(every)]
  const child = spawn(process.execPath, all, { stdio: ['ignore', 'pipe', 'inherit'] })
  const [printed, [code]] = await Promise.all([text(child.stdout), once(child, 'close')])
  expect(code).toBe(0)
  return printed
    .trimEnd()
    .split('\n')
    .map((line): Run => JSON.parse(line))
}

/** An error of an operation is one for people. */
function unclear({ code, message, hint }: Run): string[] {
  if (code === undefined) return []
  return code === 'not an OrchError' || !hint ? [`no clear error: ${message}`] : []
}
