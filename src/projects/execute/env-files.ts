/** `.env` of the home and of a project: what agents need to log in. For them alone; nothing of it is written down. */
import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from 'node:fs'
import { join } from 'node:path'
import { errorMessage, OrchError, systemErrorCode } from '../../lib/errors.ts'
import { parseEnvFile } from '../../runner/env-file.ts'

/** All variables of a process together have a few hundred kilobytes. */
const mostBytes = 32 * 1024

export interface GivenVariables {
  variables: Record<string, string>
  warnings: string[]
}

/**
 * What both files say; the project's goes first. A file that is not there says nothing.
 *
 * @throws {OrchError} `invalid-config` for one that cannot be read or understood, or that others may change
 */
export function readEnvFiles(home: string, project: string): GivenVariables {
  const read = [home, project].map((directory) => readOne(join(directory, '.env')))
  return {
    variables: Object.assign({}, ...read.map(({ variables }) => variables)),
    warnings: read.flatMap(({ warnings }) => warnings),
  }
}

function readOne(path: string): GivenVariables {
  let file: number
  try {
    // A FIFO is not waited for.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch (error) {
    const code = systemErrorCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return { variables: {}, warnings: [] }
    throw unusable(path, `it cannot be read (${code ?? errorMessage(error)})`)
  }
  try {
    const stat = fstatSync(file)
    // A virtual environment of Python may have the name.
    if (stat.isDirectory()) return { variables: {}, warnings: [] }
    const problem = problemOf(stat)
    if (problem !== undefined) throw unusable(path, problem)
    return { variables: parse(path, readFileSync(file)), warnings: warningsOf(path, stat) }
  } finally {
    closeSync(file)
  }
}

function problemOf(stat: Stats): string | undefined {
  if (!stat.isFile()) return 'it is no file'
  if (stat.size > mostBytes) return `it has ${stat.size} bytes, and ${mostBytes} are allowed`
  const me = process.getuid?.()
  if (me !== undefined && me !== 0 && stat.uid !== me && stat.uid !== 0) return 'it belongs to somebody else'
  if (mayWrite(stat)) return `others may change it (mode ${modeOf(stat)})`
  return undefined
}

/** Many systems give a user a group of his own, with the same number; it counts as the user. */
function mayWrite({ mode, uid, gid }: Stats): boolean {
  return (mode & 0o002) !== 0 || ((mode & 0o020) !== 0 && gid !== uid)
}

function warningsOf(path: string, stat: Stats): string[] {
  const { mode, uid, gid } = stat
  const mayRead = (mode & 0o004) !== 0 || ((mode & 0o040) !== 0 && gid !== uid)
  return mayRead ? [`others may read ${path} (mode ${modeOf(stat)}); \`chmod 600\` it`] : []
}

function modeOf({ mode }: Stats): string {
  return `0${(mode & 0o777).toString(8)}`
}

function parse(path: string, content: Buffer): Record<string, string> {
  try {
    return parseEnvFile(new TextDecoder('utf-8', { fatal: true }).decode(content))
  } catch (error) {
    throw unusable(path, error instanceof TypeError ? 'it is not UTF-8' : errorMessage(error))
  }
}

function unusable(path: string, why: string): OrchError {
  return new OrchError('invalid-config', `${path} cannot be used: ${why}.`, {
    hint: 'It has lines NAME=value, and belongs to you alone (`chmod 600`).',
  })
}
