/** Looks at the directory of a project without being held up by a disk that does not answer. */
import { realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAwake } from '../../lib/awake-time.ts'
import type { Clock } from '../../lib/clock.ts'
import { systemErrorCode } from '../../lib/errors.ts'
import { withoutDirectory } from '../project.ts'
import { placesIn } from '../project-places.ts'

/** A disk that spins up, or a network drive, may take its time; after this it counts as hanging. */
const patienceMs = 5_000

export type ProjectLook =
  | { state: 'ready'; path: string; hasTasks: boolean }
  | { state: 'missing' | 'unreadable' | 'hanging'; reason: string }

/**
 * All other calls of the monitor to a disk are synchronous, and come right after such a look. While one of these does
 * not come back no other is made: each that hangs keeps one of libuv's four threads.
 */
export class ProjectLooker {
  readonly #path: string
  readonly #clock: Clock
  readonly #examine: (path: string) => Promise<ProjectLook>
  #under: Promise<ProjectLook> | undefined
  #isLate = false

  /** @param examine asks the disk; another one in tests of a disk that hangs */
  constructor(path: string, clock: Clock, examine = lookAtProject) {
    this.#path = path
    this.#clock = clock
    this.#examine = examine
  }

  async look(): Promise<ProjectLook> {
    if (this.#isLate) return hanging
    this.#under ??= this.#examine(this.#path).finally(() => {
      this.#under = undefined
      this.#isLate = false
    })
    const answer = this.#under
    return new Promise((resolve) => {
      const cancel = afterAwake(this.#clock, patienceMs, () => {
        this.#isLate = true
        resolve(hanging)
      })
      void answer.then((look) => {
        cancel()
        resolve(look)
      })
    })
  }
}

const hanging: ProjectLook = {
  state: 'hanging',
  reason: `its disk has not answered for ${patienceMs / 1_000} s`,
}

/** Asks the disk, however long that takes. Never rejects. */
export async function lookAtProject(given: string): Promise<ProjectLook> {
  try {
    const path = await realpath(given)
    if (!(await stat(path)).isDirectory()) return { state: 'missing', reason: `${path} is no directory` }
    return { state: 'ready', path, hasTasks: await isDirectory(join(placesIn(path).tasks)) }
  } catch (error) {
    return withoutDirectory(error)
  }
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return false
    throw error
  }
}
