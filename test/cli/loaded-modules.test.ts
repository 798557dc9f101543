import { mkdtempSync, readFileSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { run } from './cli.ts'

const listModules = fileURLToPath(new URL('../support/list-modules.cjs', import.meta.url))

/** The files that a command loads; what Node brings along is not among them. */
async function loadedBy(...args: string[]): Promise<string[]> {
  const modules = join(mkdtempSync(join(homedir(), 'modules-')), 'list')
  const env = { NODE_OPTIONS: `--require=${listModules}`, MODULES: modules }
  expect(await run(args, { env })).toMatchObject({ code: 0, stderr: '' })
  return readFileSync(modules, 'utf8')
    .split('\n')
    .filter((file) => file !== listModules)
}

it.each([
  ['completion', '__complete', '--', 'p'],
  ['the version', '--version'],
  ['help', 'ps', '--help'],
])('reads for %s no library, and no more than the tree of commands', async (_what, ...args) => {
  const files = await loadedBy(...args)
  expect(files.filter((file) => file.includes('/node_modules/'))).toEqual([])
  const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0)
  // Measured: 480 kB. The client of the service, with its schemas, would be as much again.
  expect(bytes).toBeLessThan(600_000)
})
