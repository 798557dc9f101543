/** Finds a program the way a shell would, so that a launch fails before anything is opened. */
import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, isAbsolute, join, resolve } from 'node:path'
import { OrchError } from '../lib/errors.ts'

const usualPath = '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin'

/**
 * The absolute path of `program`, looked for in `path` (of the person who launches) unless it has a slash.
 *
 * @throws {OrchError} `program-not-found`.
 */
export function findProgram(program: string, path: string | undefined, cwd: string): string {
  if (program.includes('/')) {
    const absolute = resolve(cwd, program)
    if (isExecutable(absolute)) return absolute
    throw new OrchError('program-not-found', `There is no program at ${absolute}.`, {
      hint: 'Check the path, and that the file is executable (chmod +x).',
    })
  }
  const directories = (path || usualPath).split(delimiter).filter((directory) => directory !== '')
  for (const directory of directories) {
    const candidate = join(isAbsolute(directory) ? directory : resolve(cwd, directory), program)
    if (isExecutable(candidate)) return candidate
  }
  throw new OrchError('program-not-found', `The program "${program}" is not on your PATH.`, {
    hint: `Install it, or give its path. Looked in ${directories.join(', ')}.`,
    details: { program, directories },
  })
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}
