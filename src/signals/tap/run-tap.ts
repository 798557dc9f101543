/** Runs a program on a PTY of the tap's own, between it and the terminal that the tap was started in. */
import { accessSync, constants, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, resolve } from 'node:path'
import { takeIdentity } from './take-identity.ts'

/** The program's NODE_OPTIONS, which the launch script keeps from the tap: they may stop any Node from starting. */
const nodeOptionsVariable = 'ITERM_ORCH_TAP_NODE_OPTIONS'

/**
 * Runs the program and gives how it ended. What fails of the tap itself before the program runs (no terminal, no
 * secret, no PTY to be had) makes it run directly. For {@link endLike}, which ends the process the same way.
 *
 * @param argv the program and its arguments
 */
export async function runTap(argv: readonly string[]): Promise<void> {
  const identity = takeIdentity(process.env)
  giveBackNodeOptions(process.env)
  const { endLike } = await import('./end-like.ts')
  const status = (identity && (await tryTapped(argv, identity))) || (await runWithout(argv))
  endLike(status)
}

function giveBackNodeOptions(env: NodeJS.ProcessEnv): void {
  const options = env[nodeOptionsVariable]
  if (options === undefined) return
  delete env[nodeOptionsVariable]
  env['NODE_OPTIONS'] = options
}

async function tryTapped(argv: readonly string[], identity: string) {
  const [program = ''] = argv
  const streams = [process.stdin, process.stdout, process.stderr]
  if (!streams.every((stream) => stream.isTTY) || !isProgram(program)) return undefined
  const { OuterTerminal } = await import('./outer-terminal.ts')
  const outer = new OuterTerminal()
  // Side by side, since the program waits for both. Both are over before anything else happens.
  const [taken, loaded] = await Promise.allSettled([outer.take(), loadTappedProgram()])
  try {
    if (taken.status === 'rejected') throw taken.reason
    if (loaded.status === 'rejected') throw loaded.reason
    const tapped = new loaded.value.TappedProgram(outer, argv, identity)
    return await tapped.ended
  } catch {
    // Whatever it was: the program matters more than the tap.
    outer.giveBack()
    return undefined
  }
}

async function loadTappedProgram() {
  // As an import, a failure of it would end the process (seen with Node 20), whoever catches it.
  createRequire(import.meta.url)('@lydell/node-pty')
  return import('./tapped-program.ts')
}

async function runWithout(argv: readonly string[]) {
  const { runDirectly } = await import('./run-directly.ts')
  return runDirectly(argv)
}

/** Looked up beforehand: a PTY has no way to tell that its program is not there. */
function isProgram(name: string): boolean {
  const candidates = name.includes('/')
    ? [name]
    : (process.env['PATH'] ?? '').split(delimiter).map((directory) => resolve(directory, name))
  return candidates.some((path) => {
    try {
      accessSync(path, constants.X_OK)
      return statSync(path).isFile()
    } catch {
      return false
    }
  })
}
