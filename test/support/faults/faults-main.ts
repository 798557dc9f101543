// Runs one operation with a fault at its first call that changes a file, in a world of its own, then at the second,
// until it comes through. Arguments: directory for the worlds, operation, `dies` or the code of an error, `once`,
// `lasting` or `reading`, number of the first call, how many calls further the next one is.
// Prints a line of JSON for each world. Whoever examines the worlds finds a dead process, as after a kill.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { errorMessage, OrchError } from '../../../src/lib/errors.ts'
import { snapshot } from './examine-world.ts'
import { type Fault, hasHalf, underFault } from './faulty-fs.ts'
import { makeWorld, openWorld, operations } from './operations.ts'

export interface Run {
  world: string
  call: string
  half: boolean
  /** Whether the fault was met; the last run comes through. */
  met: boolean
  /** The error that a person would see; absent when there was none. */
  code?: string
  message?: string
  hint?: boolean
}

const [directory = '', name = '', kind = 'dies', how = 'once', first = '1', step = '1'] =
  process.argv.slice(2)
const operation = operations[name]
if (!operation) throw new Error(`there is no operation ${name}`)
mkdirSync(directory, { recursive: true })
for (let at = Number(first), met = true; met; at += Number(step)) {
  const run = await tryFault(join(directory, String(at)), faultAt(at, false))
  met = run.met
  if (run.met && kind === 'dies' && hasHalf(run.call))
    await tryFault(join(directory, `${at}h`), faultAt(at, true))
}

function faultAt(at: number, half: boolean): Fault {
  if (kind === 'dies') return { kind, at, half }
  return { kind: 'refuses', at, code: kind, lasting: how === 'lasting', reading: how === 'reading' }
}

async function tryFault(base: string, fault: Fault): Promise<Run> {
  mkdirSync(base)
  await makeWorld(base)
  const world = openWorld(base)
  await operation?.prepare?.(world)
  snapshot(base)
  const { met, call, error } = await underFault(fault, () => operation?.run(world))
  const run: Run = {
    world: base,
    call,
    half: fault.kind === 'dies' && fault.half,
    met,
    ...(error !== undefined && { code: codeOf(error), message: errorMessage(error) }),
    ...(error instanceof OrchError && { hint: error.hint !== undefined }),
  }
  process.stdout.write(`${JSON.stringify(run)}\n`)
  return run
}

function codeOf(error: unknown): string {
  return error instanceof OrchError ? error.code : 'not an OrchError'
}
