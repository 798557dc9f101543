import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { beforeAll, describe, expect, it } from 'vitest'
import { binary, run } from './cli.ts'

const directory = mkdtempSync(join(tmpdir(), 'io-claims-'))

async function submit(name: string): Promise<void> {
  const file = join(directory, `${name}.md`)
  writeFileSync(file, `# ${name}\n`)
  const { code, stderr } = await run(['coord', 'submit', file, '--to', 'cli'])
  if (code !== 0) throw new Error(stderr)
}

/** A process that claims for itself: the claim is its own, and given back when it is gone. */
function claimer() {
  const script = `'${process.execPath}' '${binary}' coord claim -q --mailbox cli --pid $$; read forever`
  const child = spawn('/bin/sh', ['-c', script], { stdio: ['pipe', 'pipe', 'inherit'] })
  const claimed = once(child.stdout, 'data').then(([data]) => String(data).trim())
  return { claimed, kill: () => child.kill('SIGKILL') }
}

async function claim(...args: string[]): Promise<{ name: string; code: number | null }> {
  const child = spawn(process.execPath, [binary, 'coord', 'claim', '-q', '--mailbox', 'cli', ...args], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const [name, [code]] = await Promise.all([text(child.stdout), once(child, 'close')])
  return { name: name.trim(), code }
}

describe('several agents that wait for tasks of one mailbox', () => {
  beforeAll(async () => {
    await run(['mail', 'init', 'claude'])
    await run(['mail', 'init', 'cli'])
  })

  it('get one each, and whoever is left goes on waiting', async () => {
    const waiting = [1, 2, 3].map(() => claim('--wait', '--timeout', '6s'))
    await submit('one')
    await submit('two')
    const ends = await Promise.all(waiting)
    expect(ends.map(({ name }) => name).sort()).toEqual(['', 'one', 'two'])
    expect(ends.map(({ code }) => code).sort()).toEqual([0, 0, 6])
  })

  it('get the task of one that was killed, one of them, and never that of one that lives', async () => {
    await submit('kept')
    const living = claimer()
    expect(await living.claimed).toBe('kept')
    await submit('orphan')
    const dying = claimer()
    expect(await dying.claimed).toBe('orphan')
    dying.kill()
    // Each of them sweeps the mailbox while it waits.
    const ends = await Promise.all([1, 2].map(() => claim('--wait', '--timeout', '6s', '--grace', '1s')))
    expect(ends.map(({ name }) => name).sort()).toEqual(['', 'orphan'])
    living.kill()
  })
})
