import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const main = fileURLToPath(new URL('../support/taker-main.ts', import.meta.url))

it('each message goes to the inbox or to the terminal, however many processes take it at once', async () => {
  const root = mkdtempSync(join(homedir(), 't-'))
  const ids = Array.from({ length: 300 }, (_, index) => `message${index}`)
  const take = async (taker: string, order: string[]) => {
    const argv = ['--import', import.meta.resolve('tsx'), main, root, 'claude_cli', taker, ...order]
    const { stdout } = await promisify(execFile)(process.execPath, argv)
    return stdout.split('\n').filter((id) => id !== '')
  }
  const backwards = [...ids].reverse()
  const [inbox, terminal] = await Promise.all([take('inbox', ids), take('terminal', backwards)])
  expect([...inbox, ...terminal].sort()).toEqual([...ids].sort())
  // The same taker may ask again, as after a crash; the other one gets nothing.
  expect(await take('inbox', ids)).toEqual(inbox)
  const left = readdirSync(join(root, 'claude_cli', 'receipts', '.taken'))
  expect(left.filter((name) => name.endsWith('.tmp'))).toEqual([])
})
