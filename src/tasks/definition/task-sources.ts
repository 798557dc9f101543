/** Which files define the tasks that a command means. */
import { statSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'

export interface TaskSource {
  /** Absolute. */
  file: string
  /** `home`: config.yaml, of which only `tasks` and `concurrency` are looked at. */
  kind: 'home' | 'project' | 'given'
}

/** What a project calls its file. */
export const projectFileName = 'iterm-orch.yaml'

/**
 * In the order in which they define: a later file goes before an earlier one.
 *
 * @param files named with `-f`; relative to `cwd`
 */
export function taskSources(
  config: string,
  cwd: string,
  files: readonly string[] = [],
  env: NodeJS.ProcessEnv = process.env,
): TaskSource[] {
  const project = findProjectFile(cwd, env['HOME'] || homedir())
  const given = files.map((file) => resolve(cwd, file))
  const sources: TaskSource[] = [
    { file: config, kind: 'home' },
    ...(project === undefined ? [] : [{ file: project, kind: 'project' as const }]),
    ...given.map((file) => ({ file, kind: 'given' as const })),
  ]
  // A file that is named twice stands where it was named last.
  return sources.filter(({ file }, index) => !sources.slice(index + 1).some((later) => later.file === file))
}

/** The nearest one from `cwd` upwards, to the home directory or to the top. */
export function findProjectFile(cwd: string, home: string): string | undefined {
  for (let directory = resolve(cwd); ; directory = dirname(directory)) {
    const file = join(directory, projectFileName)
    if (isOurs(file)) return file
    if (directory === resolve(home) || directory === dirname(directory)) return undefined
  }
}

/** A file of somebody else, such as one in /tmp, must not decide what is run here. */
function isOurs(file: string): boolean {
  const found = statSync(file, { throwIfNoEntry: false })
  return found?.isFile() === true && (found.uid === process.getuid?.() || found.uid === 0)
}
