import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import { operations } from '../support/faults/operations.ts'
import type { RealRun } from '../support/faults/real-disk-main.ts'

const program = new URL('../support/faults/real-disk-main.ts', import.meta.url).pathname
/** Every operation with every number of pages left; else each with one of them. */
const every = process.env['REAL_DISK'] === 'all'
const pages = [0, 1, 2, 4, 8]

// A file system of one's own takes Linux and root: macOS has no mount namespaces, and others may not mount.
const mayMount = spawnSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', tmpdir()]).status === 0

describe.skipIf(!mayMount)(
  'every operation on a real small tmpfs (needs Linux and root, to mount it)',
  () => {
    test('that is full says so and loses nothing', { timeout: 900_000 }, async () => {
      const runs = await runAll('full', pages, every)
      expect(runs).toHaveLength(Object.keys(operations).length * (every ? pages.length : 1))
      expect(runs.some(({ code }) => code !== undefined)).toBe(true)
      for (const { how, code, message = 'the disk is full' } of runs) {
        expect(code ?? 'mail-unwritable', how).toBe('mail-unwritable')
        expect(message).toContain('the disk is full')
      }
      expect(runs.filter(({ problems }) => problems.length > 0)).toEqual([])
    })

    test.each([
      ['that is read-only', 'read-only', /the file system is read-only/],
      ['that belongs to somebody else', 'not-ours', /the permission is missing/],
    ])('%s fails with a clear error and changes nothing', { timeout: 300_000 }, async (_what, kind, why) => {
      const runs = await runAll(kind, [0], false)
      expect(runs).toHaveLength(Object.keys(operations).length)
      expect(runs.filter(({ problems }) => problems.length > 0)).toEqual([])
      const wrong = runs.filter(({ name, code, message = '' }) => {
        // The doctors report what they may not change, and give up only where they may not look at all.
        if (name.endsWith('doctor')) return code !== undefined && code !== 'mail-unreadable'
        return !/^mail-un(?:readable|writable)$/.test(code ?? '') || !why.test(message)
      })
      expect(wrong).toEqual([])
    })
  },
)

async function runAll(kind: string, left: readonly number[], all: boolean): Promise<RealRun[]> {
  const directory = mkdtempSync(join(tmpdir(), 'io-disk-'))
  chmodSync(directory, 0o755)
  const args = ['--mount', process.execPath, '--import', 'tsx', program, directory, kind, left.join(',')]
  const child = spawn('unshare', [...args, all ? 'all' : 'one'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [printed, [code]] = await Promise.all([text(child.stdout), once(child, 'close')])
  expect(code).toBe(0)
  rmSync(directory, { recursive: true })
  return printed
    .trimEnd()
    .split('\n')
    .map((line): RealRun => JSON.parse(line))
}
