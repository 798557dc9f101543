import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Git } from '../../../src/projects/execute/git.ts'
import { gitBefore, gitChanges } from '../../../src/projects/execute/git-changes.ts'
import { leaveWorktree, makeWorktree } from '../../../src/projects/execute/worktree.ts'

const id = 'task-fix-20261121-120000'
let project: string
let git: Git
const env = {
  ...process.env,
  ...{ GIT_AUTHOR_NAME: 'Ann', GIT_AUTHOR_EMAIL: 'ann@example.org' },
  ...{ GIT_COMMITTER_NAME: 'Ann', GIT_COMMITTER_EMAIL: 'ann@example.org' },
  GIT_CONFIG_NOSYSTEM: '1',
}
/** The variables of a hook must not lead it elsewhere. */
const misleading = { ...env, GIT_DIR: '/nowhere', GIT_WORK_TREE: '/nowhere', GIT_INDEX_FILE: '/nowhere' }

beforeEach(() => {
  project = realpathSync(mkdtempSync(join(tmpdir(), 'git-')))
  git = new Git(project, misleading)
})
afterEach(() => rmSync(project, { recursive: true, force: true }))

const run = (...args: string[]) => execFileSync('git', args, { cwd: project, env }).toString().trim()
const write = (path: string, text: string, directory = project) => {
  mkdirSync(join(directory, path, '..'), { recursive: true })
  writeFileSync(join(directory, path), text)
}
function commit(message: string): string {
  run('add', '--all')
  run('commit', '--quiet', '--allow-empty', '--message', message)
  return run('rev-parse', 'HEAD')
}
function repository(): string {
  run('init', '--quiet', '--initial-branch=main')
  write('a.txt', 'a\n'.repeat(30))
  write('sub/b.txt', 'b\n'.repeat(30))
  return commit('begin')
}
const start = async () => (await gitBefore(git)) ?? { dirty: {} }

describe('changed files', () => {
  it('are not known outside of git, and nothing fails for it', async () => {
    expect(await gitBefore(git)).toBeUndefined()
    expect(await gitChanges(git, { dirty: {} })).toBeUndefined()
    expect(await gitBefore(new Git(project, { PATH: project }))).toBeUndefined()
  })

  it('are those that were committed, and those that were not, with what they were called before', async () => {
    const first = repository()
    const begun = await start()
    expect(begun).toEqual({ commit: first, dirty: {} })
    renameSync(join(project, 'a.txt'), join(project, 'called otherwise ä.txt'))
    const second = commit('rename')
    write('sub/b.txt', 'changed')
    write('new/file.txt', 'new')
    run('mv', 'sub/b.txt', 'sub/c.txt')
    expect(await gitChanges(git, begun)).toEqual({
      commit_after: second,
      changed_files: ['a.txt', 'called otherwise ä.txt', 'new/file.txt', 'sub/b.txt', 'sub/c.txt'],
      renames: [
        { from: 'a.txt', to: 'called otherwise ä.txt' },
        { from: 'sub/b.txt', to: 'sub/c.txt' },
      ],
    })
  })

  it('are not those that were changed before and are as they were', async () => {
    const first = repository()
    write('mine.txt', 'not yet committed')
    write('a.txt', 'half done')
    const begun = await start()
    expect(Object.keys(begun.dirty)).toEqual(['a.txt', 'mine.txt'])
    expect(await gitChanges(git, begun)).toEqual({ commit_after: first, changed_files: [] })
    write('a.txt', 'half done, and more')
    rmSync(join(project, 'mine.txt'))
    write('mine.txt/is a directory now', '')
    expect((await gitChanges(git, begun))?.changed_files).toEqual(['a.txt', 'mine.txt/is a directory now'])
    const second = commit('all')
    expect(await gitChanges(git, begun)).toMatchObject({
      commit_after: second,
      changed_files: ['a.txt', 'mine.txt/is a directory now'],
    })
  })

  it('are no documents that were written for other tasks', async () => {
    repository()
    const begun = await start()
    write('tasks/task-next-20261121-130000.md', 'next')
    write('tasks/notes.md', 'notes')
    expect((await gitChanges(git, begun))?.changed_files).toEqual(['tasks/notes.md'])
    commit('all')
    expect((await gitChanges(git, begun))?.changed_files).toHaveLength(2)
    const deep = git.in(join(project, 'sub'))
    write('sub/tasks/task-next-20261121-130000.md', 'next')
    write('a.txt', 'changed')
    expect((await gitChanges(deep, await start()))?.changed_files).toEqual([])
    expect(Object.keys((await gitBefore(deep))?.dirty ?? {})).toEqual(['a.txt'])
  })

  it('are all of them in a repository without a commit', async () => {
    run('init', '--quiet')
    const begun = await start()
    expect(begun).toEqual({ dirty: {} })
    write('x', '1')
    expect(await gitChanges(git, begun)).toEqual({ commit_after: null, changed_files: ['x'] })
    const head = commit('first')
    expect(await gitChanges(git, begun)).toEqual({ commit_after: head, changed_files: ['x'] })
  })

  it('are counted where there are too many', async () => {
    repository()
    const begun = await start()
    for (let number = 0; number < 1_200; number++) write(`many/${number}`, '')
    const changes = await gitChanges(git, begun)
    expect(changes?.changed_files).toHaveLength(1_000)
    expect(changes?.changed_files_total).toBe(1_200)
    const later = await start()
    expect([Object.keys(later.dirty).length, later.dirtyMore]).toEqual([1_000, 200])
  })

  it('say what could not be found out', async () => {
    repository()
    commit('more')
    const begun = { commit: 'f'.repeat(40), dirty: {} }
    expect((await gitChanges(git, begun))?.problem).toMatch(/bad object/)
  })
})

describe('a worktree', () => {
  const path = () => join(project, 'state', 'worktrees', id)
  const make = (wanted: true | string = true) => makeWorktree(git, project, id, wanted)
  const branches = () => run('branch', '--format=%(refname:short)').split('\n')

  it('is made from the last commit on a branch of its own, and again the same', async () => {
    repository()
    write('a.txt', 'not committed')
    const made = await make()
    expect(made).toEqual({
      ...{ path: path(), cwd: path(), branch: `iterm-orch/${id}` },
      warnings: ['what is not committed in the project (1 changed) is not in the worktree'],
    })
    expect(readdirSync(path()).sort()).toEqual(['.git', 'a.txt', 'sub'])
    expect(await make()).toEqual(made)
    expect(run('status', '--porcelain')).toBe('M a.txt')
  })

  it('is removed with its branch when nothing was done in it, and again the same', async () => {
    repository()
    const made = await make()
    const left = { path: made.path, branch: made.branch, kept: false }
    expect(await leaveWorktree(git, made)).toEqual(left)
    expect(existsSync(made.path)).toBe(false)
    expect(branches()).toEqual(['main'])
    expect(await leaveWorktree(git, made)).toEqual(left)
  })

  it('is kept with what is not committed, with commits, and on another branch', async () => {
    repository()
    const made = await make()
    write('new.txt', 'new', made.path)
    expect(await leaveWorktree(git, made)).toMatchObject({
      kept: true,
      reason: 'a file in it is not committed',
    })
    execFileSync('git', ['add', '.'], { cwd: made.path, env })
    execFileSync('git', ['commit', '--quiet', '-m', 'new'], { cwd: made.path, env })
    const own = { kept: true, reason: 'its branch has a commit of its own' }
    expect(await leaveWorktree(git, made)).toMatchObject(own)
    // The next attempt goes on there, and does nothing.
    expect(await make()).toEqual(made)
    expect(await leaveWorktree(git, made)).toMatchObject(own)
    execFileSync('git', ['switch', '--quiet', '--detach'], { cwd: made.path, env })
    expect(await leaveWorktree(git, made)).toMatchObject({ kept: true, reason: 'it is on no branch' })
    execFileSync('git', ['switch', '--quiet', made.branch], { cwd: made.path, env })
    run('merge', '--quiet', made.branch)
    expect(await leaveWorktree(git, made)).toMatchObject({ kept: false })
  })

  it('is made on the branch that is wanted, which stays', async () => {
    repository()
    const made = await make('fix/login')
    expect(await leaveWorktree(git, made)).toMatchObject({ branch: 'fix/login', kept: false })
    expect(branches()).toEqual(['fix/login', 'main'])
    expect(await make('fix/login')).toEqual(made)
  })

  it('is not made where git refuses it, and the reason is told', async () => {
    await expect(make()).rejects.toThrow(/is in no git repository/)
    run('init', '--quiet', '--initial-branch=main')
    await expect(make()).rejects.toThrow(/has no commit yet/)
    write('a.txt', 'a')
    commit('begin')
    await expect(make('main')).rejects.toThrow(/git makes no worktree for branch main: .*already checked out/)
    write(`state/worktrees/${id}/in-the-way`, '')
    await expect(make()).rejects.toThrow(/already exists/)
  })

  it('is made anew where its making was cut off, or its directory removed', async () => {
    repository()
    const made = await make()
    writeFileSync(join(project, '.git', 'worktrees', id, 'locked'), 'initializing')
    rmSync(join(made.path, 'a.txt'))
    expect(await make()).toEqual(made)
    expect(existsSync(join(made.path, 'a.txt'))).toBe(true)
    rmSync(made.path, { recursive: true })
    expect(await make()).toEqual(made)
    expect(existsSync(join(made.path, 'a.txt'))).toBe(true)
  })

  it('is waited for while somebody is still making it', async () => {
    repository()
    const made = await make()
    const own = join(project, '.git', 'worktrees', id)
    writeFileSync(join(own, 'locked'), 'initializing')
    writeFileSync(join(own, 'index.lock'), '')
    const again = make()
    await delay(500)
    writeFileSync(join(made.path, 'still-there'), '')
    rmSync(join(own, 'locked'))
    rmSync(join(own, 'index.lock'))
    expect(await again).toEqual(made)
    expect(existsSync(join(made.path, 'still-there'))).toBe(true)
  })

  it('has the place of a project that lies deeper in its repository', async () => {
    repository()
    const deep = join(project, 'sub')
    const made = await makeWorktree(new Git(deep, env), deep, id, true)
    expect(made.cwd).toBe(join(deep, 'state', 'worktrees', id, 'sub'))
    expect(existsSync(join(made.cwd, 'b.txt'))).toBe(true)
    mkdirSync(join(project, 'unknown'))
    const unknown = join(project, 'unknown')
    await expect(makeWorktree(new Git(unknown, env), unknown, id, 'x')).rejects.toThrow(
      /not in the last commit/,
    )
  })

  it('comes from a detached head, too, and says that submodules are not in it', async () => {
    repository()
    write('.gitmodules', '')
    const head = commit('modules')
    run('switch', '--quiet', '--detach')
    const made = await make()
    expect(made.warnings).toEqual(['submodules are not checked out in the worktree'])
    expect(await gitBefore(git.in(made.cwd))).toEqual({ commit: head, dirty: {} })
    expect(await leaveWorktree(git, made)).toMatchObject({ kept: false })
  })
})
