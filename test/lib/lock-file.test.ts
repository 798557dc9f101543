import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { isLocked, readLockOwner, tryLockFile } from '../../src/lib/lock-file.ts'
import { runTogether } from '../support/run-together.ts'

const newPath = () => join(mkdtempSync(join(tmpdir(), 'io-lock-')), 'a.lock')
const holder = new URL('../support/lock-holder-main.ts', import.meta.url).pathname

describe('a lock file', () => {
  it('is had by one at a time and names its owner', () => {
    const path = newPath()
    const lock = tryLockFile(path)
    expect(lock).toBeDefined()
    expect(tryLockFile(path)).toBeUndefined()
    expect(readLockOwner(path)).toBe(process.pid)
    lock?.release()
    expect(tryLockFile(path)).toBeDefined()
  })

  it('is free again at the moment its owner is killed with SIGKILL', async () => {
    const path = newPath()
    const child = spawn(process.execPath, ['--import', 'tsx', holder, path], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [said] = (await once(child.stdout, 'data')) as [Buffer]
    expect(said.toString()).toBe('held\n')
    expect(tryLockFile(path)).toBeUndefined()
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(tryLockFile(path)).toBeDefined()
  })

  it('is nobody’s for all who look at the same moment', async () => {
    const path = newPath()
    expect(isLocked(path)).toBe(false)
    const lock = tryLockFile(path)
    expect(isLocked(path)).toBe(true)
    lock?.release()
    const looking = Array.from({ length: 3 }, () => [path, '20000'])
    expect(await runTogether('lock-looker-main', looking)).toEqual([['0'], ['0'], ['0']])
    expect(readLockOwner(path)).toBe(process.pid)
  })

  it('goes to exactly one of ten processes that race for it', async () => {
    const path = newPath()
    const children = Array.from({ length: 10 }, () =>
      spawn(process.execPath, ['--import', 'tsx', holder, path], { stdio: ['ignore', 'pipe', 'inherit'] }),
    )
    const answers = await Promise.all(
      children.map(async (child) => ((await once(child.stdout, 'data')) as [Buffer])[0].toString()),
    )
    expect(answers.filter((answer) => answer === 'held\n')).toHaveLength(1)
    await Promise.all(
      children.map(async (child) => {
        if (child.exitCode !== null) return
        child.kill('SIGKILL')
        await once(child, 'exit')
      }),
    )
  })
})
