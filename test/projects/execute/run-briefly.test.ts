import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { runBriefly } from '../../../src/projects/execute/run-briefly.ts'

it('keeps no pipe of a program that takes too long, and has left something behind', async () => {
  const left = join(mkdtempSync(join(tmpdir(), 'briefly-')), 'pid')
  // Out of its group: the group is ended with it.
  const behind = `require('child_process').spawn('sleep', ['60'], { detached: true, stdio: 'inherit' })`
  const script = `const { pid } = ${behind}; require('fs').writeFileSync(process.argv[1], String(pid)); setInterval(() => {}, 1000)`
  const pipes = () => process.getActiveResourcesInfo().filter((name) => name === 'PipeWrap').length
  const before = pipes()
  const end = await runBriefly(process.execPath, ['-e', script, left], {
    ...{ cwd: tmpdir(), env: process.env, timeoutMs: 4_000, mostBytes: 1_000 },
  })
  expect(end).toMatchObject({ code: undefined, problem: 'it took longer than 4 s' })
  await expect.poll(pipes).toBe(before)
  process.kill(Number(readFileSync(left, 'utf8')))
})
