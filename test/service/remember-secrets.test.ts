import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { resolveHome } from '../../src/lib/home.ts'
import { redact } from '../../src/lib/redact.ts'
import { registerProject } from '../../src/projects/change-registry.ts'
import { rememberSecrets } from '../../src/service/remember-secrets.ts'
import { FakeClock } from '../support/fake-clock.ts'

it('knows the keys of all projects but those whose disk hangs, which it does not wait for', async () => {
  const root = mkdtempSync(join(tmpdir(), 'secrets-'))
  const home = resolveHome({ HOME: root })
  for (const name of ['fine', 'hanging', 'later']) {
    mkdirSync(join(root, name))
    writeFileSync(join(root, name, '.env'), `MY_TOKEN=of-${name}-5f3a91\n`, { mode: 0o600 })
    await registerProject(home, join(root, name))
  }
  const clock = new FakeClock()
  const asked: string[] = []
  const remembered = rememberSecrets(home, {
    clock,
    examine: (path) => {
      asked.push(path)
      if (path.endsWith('hanging')) return new Promise(() => undefined)
      return Promise.resolve({ state: 'ready', path, hasTasks: true })
    },
  })
  expect(asked).toHaveLength(3)
  await expect.poll(() => clock.waiting).toBe(1)
  clock.pass(5_000)
  await remembered
  expect(redact('of-fine-5f3a91 of-later-5f3a91 of-hanging-5f3a91')).toBe(
    '[redacted] [redacted] of-hanging-5f3a91',
  )
})
