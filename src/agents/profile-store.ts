/** The agent profiles of one home, loaded again when a person has changed their own. */
import { type LoadedProfiles, loadProfiles, type ProfileProblem } from './load-profiles.ts'

export class ProfileStore {
  readonly directory: string
  readonly #onDisabled: ((agent: string, pattern: string) => void) | undefined
  #loaded: LoadedProfiles

  /** @param onDisabled told of a user's pattern that took too long and was switched off */
  constructor(directory: string, onDisabled?: (agent: string, pattern: string) => void) {
    this.directory = directory
    this.#onDisabled = onDisabled
    this.#loaded = loadProfiles(directory, onDisabled)
  }

  get profiles(): LoadedProfiles['profiles'] {
    return this.#loaded.profiles
  }

  get problems(): readonly ProfileProblem[] {
    return this.#loaded.problems
  }

  /** Reads the files again. An agent whose file is broken now keeps the profile that it had. */
  reload(): void {
    const before = this.#loaded.profiles
    const loaded = loadProfiles(this.directory, this.#onDisabled)
    const broken = new Set(loaded.problems.map(({ file }) => agentOf(file)))
    const kept = [...before].filter(([name]) => broken.has(name))
    this.#loaded = { profiles: new Map([...loaded.profiles, ...kept]), problems: loaded.problems }
  }
}

function agentOf(file: string): string {
  return file.replace(/^.*\//u, '').replace(/\.ya?ml$/u, '')
}
