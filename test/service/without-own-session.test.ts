import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { withoutOwnSession } from '../../src/service/without-own-session.ts'

it('what a service hands on leads no git to the repository of the hook that it was started from', () => {
  const root = mkdtempSync(join(tmpdir(), 'hook-'))
  const [one, other] = [join(root, 'one'), join(root, 'other')]
  const git = (cwd: string, ...args: string[]) => {
    const who = ['-c', 'user.name=a', '-c', 'user.email=a@b']
    return execFileSync('git', [...who, ...args], { cwd, encoding: 'utf8' })
  }
  for (const repository of [one, other]) {
    mkdirSync(repository)
    git(repository, 'init', '-q')
  }
  const seen = join(root, 'environment')
  writeFileSync(join(one, '.git', 'hooks', 'pre-commit'), `#!/bin/sh\nenv >'${seen}'\n`, { mode: 0o755 })
  git(one, 'commit', '-q', '--allow-empty', '-m', 'x')
  const lines = readFileSync(seen, 'utf8').matchAll(/^(GIT_\w+)=(.*)$/gmu)
  const given = { ...process.env, ...Object.fromEntries([...lines].map(([, name, value]) => [name, value])) }
  // Git gives it relative to its working tree, or absolute.
  const hooked = { ...given, GIT_INDEX_FILE: join(one, '.git', 'index') }
  expect(Object.keys(given)).toContain('GIT_INDEX_FILE')
  writeFileSync(join(other, 'new.txt'), '')
  execFileSync('git', ['add', 'new.txt'], { cwd: other, env: withoutOwnSession(hooked) })
  expect(git(other, 'status', '--short')).toBe('A  new.txt\n')
})
