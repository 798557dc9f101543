/** Which files of a repository a task has changed: committed or not, but not those that were changed before. */
import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import { errorMessage } from '../../lib/errors.ts'
import { type Git, whyNot } from './git.ts'

/** Paths that a result lists, and changed files that are remembered when a task begins. */
const mostPaths = 1_000

/** A repository when a task begins. */
export interface GitBefore {
  /** Absent while there is none in it. */
  commit?: string
  /** Files that were changed already, with what tells whether they were changed again. */
  dirty: Record<string, string>
  /** So many more of them are not remembered. */
  dirtyMore?: number
}

export interface GitChanges {
  commit_after: string | null
  /** Relative to the top of the repository, in order. */
  changed_files: string[]
  /** Present when there are more. */
  changed_files_total?: number
  renames?: { from: string; to: string }[]
  /** Files that had been changed before, and may be listed for that. */
  dirty_before?: number
  /** What could not be found out. */
  problem?: string
}

/** Undefined outside of git. @throws {OrchError} when git is there and does not say */
export async function gitBefore(git: Git): Promise<GitBefore | undefined> {
  const top = await topOf(git)
  if (top === undefined) return undefined
  const commit = await headOf(git)
  const paths = [...(await dirtyFiles(git, notQueued)).paths]
  const remembered = paths.slice(0, mostPaths).map((path) => [path, stampOf(join(top, path))])
  return {
    ...(commit === undefined ? {} : { commit }),
    dirty: Object.fromEntries(remembered),
    ...(paths.length > mostPaths ? { dirtyMore: paths.length - mostPaths } : {}),
  }
}

/** Undefined outside of git. Never throws: a task is done though nobody can say what it changed. */
export async function gitChanges(git: Git, before: GitBefore): Promise<GitChanges | undefined> {
  try {
    const top = await topOf(git)
    return top === undefined ? undefined : await changesSince(git, top, before)
  } catch (error) {
    return { commit_after: null, changed_files: [], problem: errorMessage(error) }
  }
}

async function changesSince(git: Git, top: string, before: GitBefore): Promise<GitChanges> {
  const head = await headOf(git)
  const committed =
    head === undefined || head === before.commit
      ? noPaths
      : await committedFiles(git, before.commit ?? (await emptyTree(git)), head)
  const dirty = await dirtyFiles(git, notQueued)
  const again = [...dirty.paths].filter((path) => before.dirty[path] !== stampOf(join(top, path)))
  const all = [...new Set([...committed.paths, ...again])].sort()
  const renames = [...committed.renames, ...dirty.renames].filter(({ to }) => all.includes(to))
  const cut = committed.cut || dirty.cut
  return {
    commit_after: head ?? null,
    changed_files: all.slice(0, mostPaths),
    ...(all.length > mostPaths || cut ? { changed_files_total: all.length } : {}),
    ...(renames.length === 0 ? {} : { renames: renames.slice(0, mostPaths) }),
    ...(before.dirtyMore === undefined ? {} : { dirty_before: before.dirtyMore }),
    ...(cut ? { problem: 'so many files have changed that not all of them were looked at' } : {}),
  }
}

/** Undefined outside of a working tree, and without git. */
async function topOf(git: Git): Promise<string | undefined> {
  const end = await git.look('rev-parse', '--show-toplevel')
  if (end.code === 0) return end.stdout.toString().replace(/\n$/u, '')
  if (end.missing || /not a git repository|must be run in a work tree/u.test(end.stderr)) return undefined
  throw new Error(`git does not say what has changed: ${whyNot(end)}`)
}

export function headOf(git: Git): Promise<string | undefined> {
  return git.line('rev-parse', '--verify', '--quiet', 'HEAD^{commit}')
}

interface Paths {
  paths: ReadonlySet<string>
  renames: { from: string; to: string }[]
  /** There are more. */
  cut: boolean
}

const noPaths: Paths = { paths: new Set(), renames: [], cut: false }

/** Everything but documents for other tasks: whoever writes them does not do this one. */
const notQueued = [':/', ':(exclude)tasks/task-*-????????-??????.md']

/**
 * What is not committed. A submodule counts when another commit of it is checked out.
 *
 * @param among pathspecs; absent: everywhere
 */
export async function dirtyFiles(git: Git, among: readonly string[] = [':/']): Promise<Paths> {
  const options = ['--porcelain=v1', '-z', '--untracked-files=all', '--ignore-submodules=dirty']
  const { stdout, cut } = await git.mustLook('status', ...options, '--', ...among)
  return readPaths(stdout, cut, (take) => {
    const entry = take()
    const path = entry.slice(3)
    // With the old name behind it.
    return /[RC]/u.test(entry.slice(0, 2)) ? { path, from: take() } : { path }
  })
}

async function committedFiles(git: Git, before: string, after: string): Promise<Paths> {
  const options = ['--name-status', '-z', '-M', '--ignore-submodules=dirty']
  const { stdout, cut } = await git.mustLook('diff', ...options, before, after, '--')
  return readPaths(stdout, cut, (take) => {
    const renamed = /^[RC]/u.test(take())
    const path = take()
    return renamed ? { path: take(), from: path } : { path }
  })
}

function readPaths(
  output: Buffer,
  cut: boolean,
  readEntry: (take: () => string) => { path: string; from?: string },
): Paths {
  const words = output.toString().split('\0')
  // Behind the last NUL there is nothing, or an entry that was cut.
  words.pop()
  let at = 0
  const take = () => words[at++] ?? ''
  const paths = new Set<string>()
  const renames: Paths['renames'] = []
  while (at < words.length) {
    const { path, from } = readEntry(take)
    if (path !== '') paths.add(path)
    if (from === undefined || from === '') continue
    paths.add(from)
    renames.push({ from, to: path })
  }
  return { paths, renames, cut }
}

async function emptyTree(git: Git): Promise<string> {
  return (await git.line('hash-object', '-t', 'tree', '/dev/null')) ?? ''
}

/** What tells one content of a file from the next. */
function stampOf(path: string): string {
  const stat = lstatSync(path, { throwIfNoEntry: false })
  return stat ? `${stat.size} ${stat.mtimeMs}` : 'gone'
}
