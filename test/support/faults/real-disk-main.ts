// Runs every operation on a file system that really is full, read-only, or somebody else's, and prints what went
// wrong. It mounts a small tmpfs over the directory: to be run as root under `unshare --mount`, so that the mount
// ends with it. Arguments: directory, `full`, `read-only` or `not-ours`, and how many pages a full disk has left
// (`0,1,2,4,8`), of which each operation gets the next one unless `all` follows.
import { execFileSync } from 'node:child_process'
import { closeSync, ftruncateSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { errorMessage, OrchError, systemErrorCode } from '../../../src/lib/errors.ts'
import { commsAt } from '../../../src/mail/comms.ts'
import { count, repairAndExamine, snapshot } from './examine-world.ts'
import { makeWorld, type Operation, openWorld, operations } from './operations.ts'

export interface RealRun {
  name: string
  /** `full 2`: two pages were left. */
  how: string
  /** Of the error that a person would see; absent when there was none. */
  code?: string
  message?: string
  problems: string[]
}

/** The user `nobody` of Linux: owns nothing of a world. */
const nobody = 65_534
/** Of the tmpfs. */
const pageBytes = 4_096

const [directory = '', kind = 'full', left = '0', every] = process.argv.slice(2)
const free = left.split(',').map(Number)
execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m,mode=755', 'tmpfs', directory])
for (const [index, [name, operation]] of Object.entries(operations).entries()) {
  const whole = await tryOperation(name, operation, 'whole', () => () => {})
  if (kind === 'full') {
    const own = free.slice(index % free.length).slice(0, 1)
    for (const pages of every === 'all' ? free : own) {
      print(await tryOperation(name, operation, `full ${pages}`, () => fillUp(pages), whole))
    }
  } else {
    print(await tryOperation(name, operation, kind, kind === 'read-only' ? readOnly : asNobody, whole))
  }
}

type Counts = { messages: number; tasks: number }

async function tryOperation(
  name: string,
  operation: Operation,
  how: string,
  spoil: () => () => void,
  whole?: RealRun & Counts,
): Promise<RealRun & Counts> {
  const base = join(directory, 'world')
  mkdirSync(base)
  const world = await makeWorld(base)
  await operation.prepare?.(world)
  snapshot(base)
  const mend = spoil()
  let error: unknown
  try {
    await operation.run(openWorld(base))
  } catch (thrown) {
    error = thrown
  }
  mend()
  const problems = [...unclear(error), ...(await repairAndExamine(base))]
  const { messages, tasks } = count(commsAt(join(base, 'comms')))
  const counts = { messages: messages.length, tasks: tasks.length }
  if (whole && !error && (counts.messages < whole.messages || counts.tasks < whole.tasks))
    problems.push('done, but something is missing')
  if (whole && (counts.messages > whole.messages || counts.tasks > whole.tasks))
    problems.push('something is there too often')
  rmSync(base, { recursive: true })
  const failed = error instanceof OrchError ? { code: error.code, message: error.message } : {}
  return { name, how, ...failed, problems, ...counts }
}

/** An error of an operation is one for people. */
function unclear(error: unknown): string[] {
  if (error === undefined || (error instanceof OrchError && error.hint)) return []
  return [`no clear error: ${errorMessage(error)}`]
}

function fillUp(pages: number): () => void {
  const path = join(directory, 'filler')
  const file = openSync(path, 'w')
  const page = Buffer.alloc(pageBytes, 1)
  let written = 0
  try {
    for (;;) written += writeSync(file, page)
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOSPC') throw error
  }
  ftruncateSync(file, written - pages * pageBytes)
  closeSync(file)
  return () => rmSync(path)
}

function readOnly(): () => void {
  execFileSync('mount', ['-o', 'remount,ro', directory])
  return () => execFileSync('mount', ['-o', 'remount,rw', directory])
}

function asNobody(): () => void {
  process.setegid?.(nobody)
  process.seteuid?.(nobody)
  return () => {
    process.seteuid?.(0)
    process.setegid?.(0)
  }
}

function print({ name, how, code, message, problems }: RealRun): void {
  process.stdout.write(`${JSON.stringify({ name, how, code, message, problems })}\n`)
}
