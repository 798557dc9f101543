import { mkdirSync, mkdtempSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { runTogether } from '../support/run-together.ts'

it('the directories of a project can be made by several at once, as commands and the service do', async () => {
  const root = mkdtempSync(join(process.env['HOME'] ?? '', 'p-'))
  const projects = Array.from({ length: 200 }, (_, index) => join(root, `p${index}`))
  for (const project of projects) mkdirSync(project)
  const making = Array.from({ length: 4 }, () => projects)
  expect((await runTogether('projects/init-main', making)).flat()).toEqual([])
  for (const project of projects)
    expect(readdirSync(project).sort()).toEqual(['logs', 'results', 'state', 'tasks'])
})
