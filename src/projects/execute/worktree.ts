/** A git worktree for one task: made before it, left there after it if anything is in it. */
import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { removeQuietly } from '../../lib/atomic-file.ts'
import { OrchError } from '../../lib/errors.ts'
import { ensureLastDirectory } from '../../lib/home.ts'
import { isLocked, tryLockFile } from '../../lib/lock-file.ts'
import { makeOwnPlace, placesIn } from '../project-places.ts'
import { placeOf } from '../registry.ts'
import { type Git, whyNot } from './git.ts'
import { dirtyFiles, headOf } from './git-changes.ts'
import type { BriefEnd } from './run-briefly.ts'

export interface Worktree {
  path: string
  branch: string
  /** Where the agent works in it: the place that the project has in its repository. */
  cwd: string
  /** What the agent does not find there. */
  warnings: string[]
}

export interface LeftWorktree {
  path: string
  branch: string
  kept: boolean
  /** Why it was kept. */
  reason?: string
}

/** A checkout of some 100,000 files. One that was killed is waited for as long. */
const longestMakingMs = 15_000
const lookMs = 200

/** Branches of ours; others are never deleted. */
const ownBranch = 'iterm-orch/'

/** `state/worktrees/<task id>` of the project. */
function pathFor(project: string, id: string): string {
  return join(placesIn(project).state, 'worktrees', id)
}

/**
 * Makes the worktree of a task from the last commit, or finds the one that an earlier attempt, or a service that was
 * killed, has made.
 *
 * @param wanted true: on a branch of its own, `iterm-orch/<task id>`; otherwise the branch, which is made if missing
 * @throws {OrchError} `invalid-task` where there is nothing to make it from, `failed` when git refuses
 */
export async function makeWorktree(
  git: Git,
  project: string,
  id: string,
  wanted: true | string,
): Promise<Worktree> {
  const prefix = await git.line('rev-parse', '--show-prefix')
  if (prefix === undefined) {
    const end = await git.look('rev-parse', '--show-prefix')
    throw noWorktree(`${project} is in no git repository: ${whyNot(end)}`)
  }
  if ((await headOf(git)) === undefined) throw noWorktree(`its repository has no commit yet`)
  makeOwnPlace(placesIn(project).state)
  const path = pathFor(project, id)
  await untilLetGo(path)
  const known = await knownWorktree(git, path)
  const branch = known ?? (wanted === true ? `${ownBranch}${id}`.replace(/\.{2,}/gu, '.') : wanted)
  if (known === undefined) await addWorktree(git, path, branch)
  const cwd = resolve(path, prefix)
  if (!existsSync(cwd)) throw noWorktree(`the directory of the project is not in the last commit`)
  return { path, branch, cwd, warnings: await missingIn(git, path) }
}

/**
 * Removes a worktree in which nothing was done: no file that is not committed, no commit that only its branch has.
 * Called again for one that is gone, it says the same.
 */
export async function leaveWorktree(
  git: Git,
  { path, branch }: Pick<Worktree, 'path' | 'branch'>,
): Promise<LeftWorktree> {
  await untilLetGo(path)
  const reason = await whyKept(git, path, branch)
  if (reason !== undefined) return { path, branch, kept: true, reason }
  if (existsSync(path)) {
    // Without --force: git itself looks once more.
    const end = await changeAlone(git, path, 'worktree', 'remove', path)
    if (end.code !== 0 && existsSync(path)) return { path, branch, kept: true, reason: whyNot(end) }
  }
  removeQuietly(lockOf(path))
  if (branch.startsWith(ownBranch)) await git.change('branch', '--quiet', '-D', '--', branch)
  return { path, branch, kept: false }
}

/** The same for whatever worktree the task has, of which nobody wrote down that it was made. */
export async function leaveUnused(git: Git, project: string, id: string): Promise<void> {
  const path = pathFor(project, id)
  if (!existsSync(path)) return
  const branch = await knownWorktree(git, path)
  if (branch !== undefined) await leaveWorktree(git, { path, branch })
}

/** Held by the git that makes or removes the worktree, also when it outlives the service that has started it. */
const lockOf = (path: string) => `${path}.lock`

/** One that hangs is not waited for, nor what it has started and left behind. */
async function untilLetGo(path: string): Promise<void> {
  const deadline = performance.now() + longestMakingMs
  while (isLocked(lockOf(path)) && performance.now() < deadline) await delay(lookMs)
}

async function changeAlone(git: Git, path: string, ...args: string[]): Promise<BriefEnd> {
  ensureLastDirectory(dirname(path))
  const lock = tryLockFile(lockOf(path))
  try {
    return await git.holding(lock?.file).change(...args)
  } finally {
    if (lock) removeQuietly(lockOf(path))
    lock?.release()
  }
}

async function whyKept(git: Git, path: string, branch: string): Promise<string | undefined> {
  if (existsSync(path)) {
    const inside = git.in(path)
    const now = await inside.line('symbolic-ref', '--quiet', '--short', 'HEAD')
    if (now !== branch) return `it is ${now === undefined ? 'on no branch' : `on branch ${now}`}`
    const { paths } = await dirtyFiles(inside)
    if (paths.size === 1) return 'a file in it is not committed'
    if (paths.size > 1) return `${paths.size} files in it are not committed`
  }
  const ref = `refs/heads/${branch}`
  if ((await git.line('rev-parse', '--verify', '--quiet', ref)) === undefined) return undefined
  const others = ['--not', `--exclude=${ref}`, '--single-worktree', '--all']
  const { stdout } = await git.mustLook('rev-list', '--count', ref, ...others)
  const commits = Number(stdout.toString())
  if (commits === 0) return undefined
  return `its branch has ${commits === 1 ? 'a commit' : `${commits} commits`} of its own`
}

/** The branch of the worktree at `path`, where there is one that can be used. */
async function knownWorktree(git: Git, path: string): Promise<string | undefined> {
  const { stdout } = await git.mustLook('worktree', 'list', '--porcelain')
  const entry = stdout
    .toString()
    .split('\n\n')
    .map(readEntry)
    .find(({ worktree }) => worktree !== undefined && placeOf(worktree) === placeOf(path))
  if (!entry) return undefined
  // Cut off while it was made: no agent has been there.
  if (entry['locked'] === 'initializing' && (await isMadeNow(git.in(path)))) return knownWorktree(git, path)
  if (entry['locked'] === 'initializing') await git.change('worktree', 'remove', '--force', '--force', path)
  else if (existsSync(path)) return entry['branch']?.replace(/^refs\/heads\//u, '') ?? 'HEAD'
  await git.change('worktree', 'prune')
  return undefined
}

/** A git that outlived the service which started it may still be at it; true when that has ended meanwhile. */
async function isMadeNow(inside: Git): Promise<boolean> {
  const directory = await inside.line('rev-parse', '--absolute-git-dir')
  if (directory === undefined || !existsSync(join(directory, 'index.lock'))) return false
  for (
    const deadline = performance.now() + longestMakingMs;
    performance.now() < deadline;
    await delay(lookMs)
  ) {
    if (!existsSync(join(directory, 'locked'))) return true
  }
  return false
}

/** `worktree <path>`, `branch <ref>`, `locked <why>`, a line each. */
function readEntry(text: string): Record<string, string> {
  return Object.fromEntries(
    text.split('\n').map((line) => {
      const [, key = '', value = ''] = /^(\S*)(?: (.*))?$/su.exec(line) ?? []
      return [key, value]
    }),
  )
}

async function addWorktree(git: Git, path: string, branch: string): Promise<void> {
  const isThere = (await git.line('show-ref', '--verify', `refs/heads/${branch}`)) !== undefined
  const how = isThere ? [path, branch] : ['-b', branch, path, 'HEAD']
  const end = await changeAlone(git, path, 'worktree', 'add', ...how)
  if (end.code === 0) return
  throw new OrchError('failed', `git makes no worktree for branch ${branch}: ${whyNot(end)}`, {
    hint: `Its place is ${path}. \`git worktree list\` shows those that there are.`,
  })
}

async function missingIn(git: Git, path: string): Promise<string[]> {
  const { stdout } = await git.mustLook(
    'status',
    '--porcelain',
    '--untracked-files=no',
    '--ignore-submodules=all',
  )
  const changed = stdout.toString().split('\n').length - 1
  return [
    ...(changed === 0
      ? []
      : [`what is not committed in the project (${changed} changed) is not in the worktree`]),
    ...(existsSync(join(path, '.gitmodules')) ? ['submodules are not checked out in the worktree'] : []),
  ]
}

function noWorktree(why: string): OrchError {
  return new OrchError('invalid-task', `There can be no worktree for the task: ${why}.`, {
    hint: 'Take `worktree` out of the document, or commit the project to a git repository.',
  })
}
