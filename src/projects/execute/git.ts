/** Asks git, without ever waiting for it for long, taking its locks, or being asked something by it. */
import { OrchError } from '../../lib/errors.ts'
import { type BriefEnd, runBriefly } from './run-briefly.ts'

/** Of a look; a repository of a million files takes a few seconds. */
const lookMs = 30_000
/** Of what checks files out. */
const checkOutMs = 300_000
/** Paths of some 100,000 files. */
const mostBytes = 8 * 1024 * 1024

/** Variables that lead git to another repository: whoever started the service may have been a hook. */
const local =
  /^GIT_(?:DIR|WORK_TREE|IMPLICIT_WORK_TREE|INDEX_FILE|INDEX_VERSION|PREFIX|COMMON_DIR|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|NAMESPACE|CONFIG|CONFIG_PARAMETERS|CONFIG_COUNT|GRAFT_FILE|SHALLOW_FILE|NO_REPLACE_OBJECTS|REPLACE_REF_BASE|CEILING_DIRECTORIES)$/u

export class Git {
  readonly #cwd: string
  readonly #env: NodeJS.ProcessEnv
  readonly #held: number | undefined

  constructor(cwd: string, env: NodeJS.ProcessEnv, held?: number) {
    this.#cwd = cwd
    this.#held = held
    const own = Object.entries(env).filter(([name]) => !local.test(name))
    this.#env = {
      ...Object.fromEntries(own),
      ...{ LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', GIT_PAGER: 'cat' },
    }
  }

  /** The same git in another directory. */
  in(cwd: string): Git {
    return new Git(cwd, this.#env, this.#held)
  }

  /** The same git with a descriptor that each of its processes has as long as it lives. */
  holding(file: number | undefined): Git {
    return new Git(this.#cwd, this.#env, file)
  }

  look(...args: string[]): Promise<BriefEnd> {
    return this.#run(args, lookMs)
  }

  change(...args: string[]): Promise<BriefEnd> {
    return this.#run(args, checkOutMs)
  }

  /** What it says, as one line; undefined when it says no. */
  async line(...args: string[]): Promise<string | undefined> {
    const { code, stdout } = await this.look(...args)
    return code === 0 ? stdout.toString().replace(/\n$/u, '') : undefined
  }

  /** @throws {OrchError} `failed` with what it said */
  async mustLook(...args: string[]): Promise<BriefEnd> {
    const end = await this.look(...args)
    if (end.code === 0 || end.cut) return end
    throw new OrchError('failed', `\`git ${args.join(' ')}\` in ${this.#cwd}: ${whyNot(end)}`)
  }

  #run(args: readonly string[], timeoutMs: number): Promise<BriefEnd> {
    // The file system monitor of a repository would be started as a daemon, and stay.
    return runBriefly('git', ['-c', 'core.fsmonitor=false', ...args], {
      ...{ cwd: this.#cwd, env: this.#env, held: this.#held, timeoutMs, mostBytes },
    })
  }
}

/** What git said of why it did not do it. */
export function whyNot({ code, stderr, problem }: BriefEnd): string {
  const said = stderr
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^(?:hint|Preparing worktree|HEAD is now)/u.test(line))
    .join(' ')
    .slice(0, 500)
  return said || (problem ?? `exit code ${code}`)
}
