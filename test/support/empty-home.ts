// Every test process gets a home of its own, so that nothing of the person who runs the tests is read
// or written. The path is short: unix socket paths are limited to about 104 bytes.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const home = mkdtempSync(join(tmpdir(), 'io-'))
process.env['HOME'] = home
process.env['TMPDIR'] = home
process.env['ITERM_ORCH_HOME'] = join(home, 'h')
for (const name of [
  'ITERM2_COOKIE',
  'ITERM2_KEY',
  'IT2_SUITE',
  'ITERM_SESSION_ID',
  'ITERM_ORCH_SESSION',
  'ITERM_ORCH_MAILBOX',
  'ITERM_ORCH_TASK',
]) {
  delete process.env[name]
}
process.on('exit', () => rmSync(home, { recursive: true, force: true }))
