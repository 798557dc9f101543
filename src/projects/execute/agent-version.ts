/** Which version of an agent is installed. */
import { realpathSync, statSync } from 'node:fs'
import { runBriefly } from './run-briefly.ts'

/** Node programs of 100 MB take about a second on a busy computer. */
const longestMs = 10_000
const mostBytes = 64 * 1024

export class AgentVersions {
  readonly #known = new Map<string, Promise<string | undefined>>()

  /**
   * What the program says to `--version`; asked once for each of its files. Undefined when it says none.
   *
   * @param program absolute
   */
  of(program: string, cwd: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
    const file = fileOf(program)
    if (file === undefined) return Promise.resolve(undefined)
    // What stands for several versions of a program chooses by the directory.
    const key = JSON.stringify([file, cwd])
    const known = this.#known.get(key) ?? ask(program, cwd, env)
    this.#known.set(key, known)
    return known
  }
}

async function ask(program: string, cwd: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const { code, stdout } = await runBriefly(program, ['--version'], {
    cwd,
    env,
    timeoutMs: longestMs,
    mostBytes,
  })
  return code === 0 ? /\d+(?:\.\d+)+[\w.+-]{0,40}/u.exec(stdout.toString())?.[0] : undefined
}

function fileOf(program: string): string | undefined {
  try {
    const path = realpathSync(program)
    const { mtimeMs, size } = statSync(path)
    return `${path} ${mtimeMs} ${size}`
  } catch {
    return undefined
  }
}
