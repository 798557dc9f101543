import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { Git } from '../../../src/projects/execute/git.ts'
import { leaveWorktree, makeWorktree } from '../../../src/projects/execute/worktree.ts'
import { initProject } from '../../../src/projects/project-places.ts'
import { until } from '../../support/projects/project-world.ts'

const leaver = new URL('../../support/projects/worktree-leaver-main.ts', import.meta.url).pathname
const person = { GIT_AUTHOR_NAME: 'Ann', GIT_AUTHOR_EMAIL: 'ann@example.org' }
const env = { ...process.env, ...person, GIT_COMMITTER_NAME: 'Ann', GIT_COMMITTER_EMAIL: 'ann@example.org' }

/** A git that has removed one file of a worktree when it says so, and goes on with the others when it may. */
const slowGit = (root: string, git: string) => `#!/bin/sh
case "$*" in *"worktree remove"*)
  for path in "$@"; do :; done
  rm "$path/one"
  touch ${root}/removing
  while ! test -e ${root}/go; do sleep 0.05; done
  exec ${git} worktree remove --force "$path" ;;
esac
exec ${git} "$@"
`

it('a worktree that a killed service has begun to remove is not taken for one with work in it', async () => {
  const root = realpathSync(mkdtempSync(join(process.env['HOME'] ?? '', 'w-')))
  const project = join(root, 'shop')
  mkdirSync(project)
  initProject(project)
  const git = (...args: string[]) => execFileSync('git', args, { cwd: project, env }).toString().trim()
  git('init', '-q', '-b', 'main')
  for (const name of ['one', 'two']) writeFileSync(join(project, name), name)
  git('add', 'one', 'two')
  git('commit', '-q', '-m', 'first')
  const real = execFileSync('/bin/sh', ['-c', 'command -v git']).toString().trim()
  const bin = join(root, 'bin')
  mkdirSync(bin)
  writeFileSync(join(bin, 'git'), slowGit(root, real))
  chmodSync(join(bin, 'git'), 0o755)
  const { path, branch } = await makeWorktree(new Git(project, env), project, 'task-a-20260101-000000', true)
  const service = spawn(process.execPath, ['--import', 'tsx', leaver, project, path, branch], {
    env: { ...env, PATH: `${bin}:${process.env['PATH']}` },
    stdio: 'inherit',
  })
  await until(() => existsSync(join(root, 'removing')), 'it is not removed')
  service.kill('SIGKILL')
  await once(service, 'exit')
  const left = leaveWorktree(new Git(project, env), { path, branch })
  await delay(500)
  writeFileSync(join(root, 'go'), '')
  expect(await left).toEqual({ path, branch, kept: false })
  expect(git('branch', '--format=%(refname:short)')).toBe('main')
  expect(readdirSync(join(project, 'state', 'worktrees'))).toEqual([])
}, 60_000)
