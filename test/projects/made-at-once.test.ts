import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, it } from 'vitest'

const initialiser = new URL('../support/projects/init-main.ts', import.meta.url).pathname

it('the directories of a project can be made by several at once, as commands and the service do', async () => {
  const root = mkdtempSync(join(process.env['HOME'] ?? '', 'p-'))
  const projects = Array.from({ length: 200 }, (_, index) => join(root, `p${index}`))
  for (const project of projects) mkdirSync(project)
  const making = Array.from({ length: 4 }, () =>
    spawn(process.execPath, ['--import', 'tsx', initialiser, ...projects], {
      stdio: ['pipe', 'pipe', 'inherit'],
    }),
  )
  await Promise.all(making.map(({ stdout }) => once(stdout, 'data')))
  const said = Promise.all(making.map(({ stdout }) => text(stdout)))
  for (const { stdin } of making) stdin.end('go\n')
  expect(await said).toEqual(making.map(() => ''))
  for (const project of projects)
    expect(readdirSync(project).sort()).toEqual(['logs', 'results', 'state', 'tasks'])
})
