import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { AgentStart } from '../../../src/agents/profile-schema.ts'
import { createExecutor } from '../../../src/projects/execute/create-executor.ts'
import { Preparations } from '../../../src/projects/execute/preparations.ts'
import { cancelTask } from '../../../src/projects/monitor/task-commands.ts'
import { ProjectSettings } from '../../../src/projects/project-settings.ts'
import { ProjectWorld, resultOf, until, writeTask } from '../../support/projects/project-world.ts'

const world = new ProjectWorld()
const person = { GIT_AUTHOR_NAME: 'Ann', GIT_AUTHOR_EMAIL: 'ann@example.org' }
const env = { ...process.env, ...person, GIT_COMMITTER_NAME: 'Ann', GIT_COMMITTER_EMAIL: 'ann@example.org' }

/** A git that says when it begins to make a worktree, and makes it when it may. */
const slowGit = (root: string, git: string) => `#!/bin/sh
case "$*" in *"worktree add"*)
  touch ${root}/adding
  while ! test -e ${root}/go; do sleep 0.05; done
  ${git} "$@"; code=$?; touch ${root}/added; exit $code ;;
esac
exec ${git} "$@"
`

it('takes away the worktree of a task that is cancelled while it is made', async () => {
  const project = await world.project('shop')
  const git = (...args: string[]) => execFileSync('git', args, { cwd: project, env }).toString().trim()
  git('init', '-q', '-b', 'main')
  git('commit', '-q', '--allow-empty', '-m', 'first')
  writeFileSync(join(project, 'README'), '')
  git('add', 'README')
  git('commit', '-q', '-m', 'second')
  const bin = join(world.root, 'bin')
  mkdirSync(bin)
  const real = execFileSync('/bin/sh', ['-c', 'command -v git']).toString().trim()
  writeFileSync(join(bin, 'git'), slowGit(world.root, real))
  chmodSync(join(bin, 'git'), 0o755)
  const agents = { worker: AgentStart.parse({ command: ['true'] }) }
  const executor = createExecutor({
    own: [process.execPath, 'iterm-orch'],
    home: world.home,
    config: () => ({ projects: ProjectSettings.parse({}), agent: 'worker', agents }),
    profiles: () => new Map(),
    environment: () => ({ ...env, PATH: `${bin}:${process.env['PATH']}` }),
    escalations: () => [],
  })
  const monitor = world.monitor({ executor }, { agent: 'worker' })
  const id = writeTask(project, 'tree', 'x', 1, 'worktree: true')
  await until(() => existsSync(join(world.root, 'adding')), 'no worktree is made')
  expect(await cancelTask(monitor.get('shop'), id)).toEqual({ task: id, what: 'cancelled' })
  expect(resultOf(project, id)).toMatchObject({ status: 'cancelled' })
  writeFileSync(join(world.root, 'go'), '')
  await until(() => existsSync(join(world.root, 'added')), 'it was not made')
  await until(() => git('branch', '--format=%(refname:short)') === 'main', 'its branch stays')
  expect(existsSync(join(project, 'state', 'worktrees', id))).toBe(false)
  expect(git('worktree', 'list', '--porcelain').match(/^worktree /gmu)).toHaveLength(1)
  monitor.stop()
})

it('leaves alone what somebody prepares anew, and does not wait for one that hangs', async () => {
  const preparations = new Preparations()
  let finish = () => {}
  const hanging = preparations.prepare('a', () => new Promise<void>((resolve) => (finish = resolve)))
  const undone: string[] = []
  const undo = preparations.undo('a', async () => void undone.push('first'))
  await preparations.prepare('a', async () => undefined)
  finish()
  await hanging
  await undo
  expect(undone).toEqual([])
  await preparations.undo('a', async () => void undone.push('second'))
  await preparations.undo('b', async () => void undone.push('b'))
  expect(undone).toEqual(['second', 'b'])
})
