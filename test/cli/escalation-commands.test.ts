import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { parseDocument } from 'yaml'
import { run, stopAll } from './cli.ts'

afterAll(stopAll)

const directory = mkdtempSync(join(process.env['HOME'] ?? '', 'ec-'))

function file(name: string, text: string): string {
  const path = join(directory, name)
  writeFileSync(path, text)
  return path
}

describe('wrong input', () => {
  it.each([
    [['show', 'nobody12']],
    [['ack', 'nobody12']],
    [['snooze', 'nobody12', '1h']],
    [['escalate', 'nobody12', 'too hard']],
    [['policy', 'why', 'nobody12']],
  ])('%j: an escalation that is not there is told of with exit code 3', async (args) => {
    const { code, stdout, stderr } = await run(args)
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
    expect(stderr).toContain('There is no escalation "nobody12"')
    expect(stderr).not.toMatch(/\n {4}at /)
  })

  it.each([
    [['snooze', 'nobody12', 'soon']],
    [['ack', 'nobody12', '--for', 'soon']],
    [['escalate', 'nobody12', 'why', '--to', 'boss']],
    [['route', '--kind', 'shoe', '--text', 'x']],
    [['show']],
    [['policy', 'check', join(directory, 'nowhere.yaml')]],
    [['policy', 'test', join(directory, 'nowhere.yaml')]],
    [['policy', 'test', file('broken-cases.yaml', 'cases: [')]],
  ])('%j is refused with exit code 2', async (args) => {
    const { code, stdout, stderr } = await run(args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).not.toMatch(/\n {4}at /)
  })

  it.each([
    ['policy:\n  rules: [', /broken\.yaml:\d+:\d+: /],
    ['policy:\n  rules:\n    - { name: a, match: { comand: ls }, action: deny }\n', /:3:\d+: .*command/],
  ])('rules such as %j are told of with their place, and exit code 2', async (text, place) => {
    const { code, stdout } = await run(['policy', 'check', file('broken.yaml', text)])
    expect(code).toBe(2)
    expect(stdout).toMatch(place)
  })
})

it('escalations of nobody are an empty list', async () => {
  const { code, stdout } = await run(['escalations', '--json'])
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ escalations: [] })
})

const pages = ['policy.md', 'escalation.md', 'configuration.md', 'notifiers.md', 'analytics.md']

/** The YAML examples of a page that are a part of config.yaml or of a project's rules. */
function examplesOf(page: string): { page: string; text: string }[] {
  const path = fileURLToPath(new URL(`../../docs/${page}`, import.meta.url))
  const blocks = readFileSync(path, 'utf8').matchAll(/```yaml\n(.*?)```/gs)
  const texts = [...blocks].map(([, block = '']) => block)
  return texts
    .filter((text) => /^(?:policy|escalation|notifiers|rules):/m.test(text))
    .map((text) => ({ page, text }))
}

describe('the examples of the docs are valid:', () => {
  it.each(pages.flatMap(examplesOf))('$page', async ({ text }) => {
    const keys = Object.keys(parseDocument(text).toJS() as object)
    if (keys.includes('policy') || keys.includes('rules')) {
      const { code, stdout, stderr } = await run(['policy', 'check', file('example.yaml', text)])
      expect({ code, said: stdout + stderr }).toMatchObject({ code: 0 })
    }
    if (keys.includes('rules')) return
    const home = mkdtempSync(join(directory, 'h-'))
    writeFileSync(join(home, 'config.yaml'), text)
    const { code, stdout, stderr } = await run(['config', 'check'], { env: { ITERM_ORCH_HOME: home } })
    expect({ code, said: stdout + stderr }).toMatchObject({ code: 0 })
  })
})
