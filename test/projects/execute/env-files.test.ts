import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readEnvFiles } from '../../../src/projects/execute/env-files.ts'
import { parseEnvFile } from '../../../src/runner/env-file.ts'

let root: string
let home: string
let project: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'env-'))
  home = join(root, 'home')
  project = join(root, 'project')
  mkdirSync(home)
  mkdirSync(project)
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

function write(directory: string, text: string | Buffer, mode = 0o600): string {
  const path = join(directory, '.env')
  writeFileSync(path, text)
  chmodSync(path, mode)
  return path
}

it('says nothing where there is none, and the word of the project goes before that of the home', () => {
  expect(readEnvFiles(home, project)).toEqual({ variables: {}, warnings: [] })
  write(home, 'A=home\nB="from home"\n')
  write(project, '# mine\nexport A=project\n')
  expect(readEnvFiles(home, project)).toEqual({ variables: { A: 'project', B: 'from home' }, warnings: [] })
})

it('warns where others may read it, and refuses what they may change', () => {
  const path = write(project, 'A=1\n', 0o644)
  expect(readEnvFiles(home, project)).toEqual({
    variables: { A: '1' },
    warnings: [`others may read ${path} (mode 0644); \`chmod 600\` it`],
  })
  chmodSync(path, 0o602)
  expect(() => readEnvFiles(home, project)).toThrow(
    `${path} cannot be used: others may change it (mode 0602).`,
  )
})

it('is no file, too long, or not understood: that is not "nothing"', () => {
  mkdirSync(join(project, '.env'))
  expect(readEnvFiles(home, project).variables).toEqual({})
  rmSync(join(project, '.env'), { recursive: true })
  write(project, 'A=1\nTOKEN sek-123\n')
  expect(() => readEnvFiles(home, project)).toThrow(/line 2 is not NAME=value\.$/)
  write(project, Buffer.from([0x41, 0x3d, 0xff]))
  expect(() => readEnvFiles(home, project)).toThrow('it is not UTF-8')
  write(project, `A=${'x'.repeat(40_000)}`)
  expect(() => readEnvFiles(home, project)).toThrow('it has 40002 bytes, and 32768 are allowed')
  rmSync(join(project, '.env'))
  execFileSync('mkfifo', ['-m', '600', join(project, '.env')])
  expect(() => readEnvFiles(home, project)).toThrow('it is no file')
})

const Name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,12}$/)
const quoted = (value: string) =>
  `"${value.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\r', '\\r')}"`

it('gives every value as it was written, however it is quoted, and never throws its values', () => {
  fc.assert(
    fc.property(
      fc.dictionary(Name, fc.string({ unit: 'grapheme' }), { noNullPrototype: true }),
      (variables) => {
        const { __proto__: _, ...wanted } = variables
        const text = Object.entries(wanted).map(([name, value]) => `${name}=${quoted(value)}\n`)
        expect(parseEnvFile(text.join(''))).toEqual(wanted)
      },
    ),
  )
  fc.assert(
    fc.property(fc.string(), fc.string({ minLength: 12, unit: 'grapheme-ascii' }), (before, value) => {
      try {
        parseEnvFile(`${before}\nTOKEN "${value}`)
      } catch (error) {
        expect(String(error)).not.toContain(value)
      }
    }),
  )
})
