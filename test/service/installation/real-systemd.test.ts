// Under a real systemd of a user, in namespaces of its own, where that can be had: root on Linux with systemd.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const start = fileURLToPath(new URL('../../support/systemd/run-under-systemd.sh', import.meta.url))
const main = fileURLToPath(new URL('../../../dist/main.cjs', import.meta.url))
const directory = mkdtempSync(join(tmpdir(), 'sd-'))
const timeoutMs = 120_000

/** The commands, each marked in the output, so that the tests can say what each of them told. */
const script = `
orch() { '${process.execPath}' '${main}' "$@" || echo "exit $?"; }
mark() { echo "=== $1"; }
main_pid() { systemctl --user show iterm-orch --property MainPID --value; }
# Until another process is the service and answers.
until_new() { while [ "$(main_pid)" = "$1" ] || ! orch service status --json | grep -q '"running": true'; do sleep 0.2; done; }

mark install;  orch service install
mark status;   orch service status --json
mark again;    orch service install
mark launch;   orch launch "say hi" --name asker -- sh -c 'echo "QUESTION: go?"; read a; echo "got $a"; exec sleep 600'

before=$(main_pid); kill -9 "$before"; until_new "$before"
mark killed;   orch inject asker yes; orch read asker

# The file is brought up to date by hand for a shorter watch, which a unit of ours would not do.
sed -i 's/^WatchdogSec=.*/WatchdogSec=2/' "$HOME/.config/systemd/user/iterm-orch.service"
systemctl --user daemon-reload; systemctl --user restart iterm-orch
sleep 5
mark pinged;   systemctl --user show iterm-orch --property NRestarts --value
mark outdated; orch service status --json
before=$(main_pid); kill -STOP "$before"; until_new "$before"
mark hung;     orch read asker
host=$(pgrep -f 'main.cjs host run')
mark leaked;   tr '\\0' '\\n' < /proc/$host/environ | grep -E '^(NOTIFY_SOCKET|WATCHDOG_|INVOCATION_ID|JOURNAL_STREAM)' || echo none

mark stopped;  orch service stop; sleep 3; systemctl --user is-active iterm-orch || true
mark started;  orch read asker; systemctl --user is-active iterm-orch
mark removed;  orch service uninstall; orch service status --json; orch read asker
mark broken;   echo 'no: such key' > "$HOME/.iterm-orch/config.yaml"; orch service stop; orch service install
`

const possible =
  process.platform === 'linux' &&
  process.getuid?.() === 0 &&
  spawnSync('unshare', [
    '--mount',
    '--pid',
    '--fork',
    '--cgroup',
    'sh',
    '-c',
    'mount --make-rprivate / && mount -t cgroup2 none /sys/fs/cgroup && ls /lib/systemd/systemd',
  ]).status === 0

describe.runIf(possible)('the installed service, under a real systemd', () => {
  let told: Record<string, string> = {}

  beforeAll(() => {
    const file = join(directory, 'script.sh')
    writeFileSync(file, script)
    const { stdout, stderr } = spawnSync('sh', [start, directory, file], {
      encoding: 'utf8',
      timeout: timeoutMs,
    })
    const parts = stdout.split(/^=== /m).slice(1)
    told = Object.fromEntries(
      parts.map((part) => [part.slice(0, part.indexOf('\n')), part.slice(part.indexOf('\n') + 1)]),
    )
    expect(Object.keys(told), stderr).toContain('broken')
  }, timeoutMs)
  afterAll(() => rmSync(directory, { recursive: true, force: true }))

  it('is written, started and kept', () => {
    expect(told['install']).toContain('/.config/systemd/user/iterm-orch.service')
    expect(JSON.parse(told['status'] ?? '')).toMatchObject({
      running: true,
      sameVersion: true,
      installed: { supervisor: 'systemd', enabled: true, active: true, outdated: false, restarts: 0 },
    })
    expect(told['again']).toContain('Already there')
  })

  it('comes back when it is killed, and its sessions have gone on', () => {
    expect(told['killed']).toContain('confirmed')
    expect(told['killed']).toContain('got yes')
  })

  it('keeps the watchdog content, and comes back when it hangs', () => {
    expect(told['pinged']?.trim()).toBe('0')
    expect(told['hung']).toContain('got yes')
  })

  it('hands nothing of the supervisor to the host and its agents', () => {
    expect(told['leaked']?.trim()).toBe('none')
  })

  it('stays stopped when it was asked to stop, and is started by systemd for the next command', () => {
    expect(told['stopped']).toContain('inactive')
    expect(told['started']).toContain('got yes')
    expect(told['started']?.trim()).toMatch(/\nactive$/)
  })

  it('goes away without its sessions', () => {
    expect(told['removed']).toContain('"installed": null')
    expect(told['removed']).toContain('got yes')
  })

  it('does not stay installed with a configuration that it cannot run with', () => {
    expect(told['broken']).toContain('exit 2')
    expect(told['broken']).not.toContain('Written')
  })
})
