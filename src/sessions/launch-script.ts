/** Writes the script that starts a session's program, and the environment that it takes along. */
import { writeFileAtomic } from '../lib/atomic-file.ts'
import { quoteForShell } from '../lib/shell-quote.ts'
import { mailboxOf } from './session-mailbox.ts'
import type { RecordStore, SessionRecord } from './session-record.ts'

/**
 * Variables that belong to the terminal where the launching command ran, not to the new one, or to the
 * shell itself (assigning those stops a POSIX shell).
 */
const foreign =
  /^(TERM|TERM_.*|TERMINFO.*|TERMCAP|ITERM(?!_ORCH_HOME$).*|IT2_.*|LC_TERMINAL.*|COLORTERM|COLORFGBG|TMUX.*|STY|WINDOW|WINDOWID|VTE_.*|KITTY_.*|GHOSTTY_.*|WEZTERM_.*|ALACRITTY_.*|KONSOLE_.*|SSH_TTY|PWD|OLDPWD|SHLVL|_|UID|EUID|GID|PPID|IFS|ENV|OPT(IND|ARG)|PS[0-9]|LINES|COLUMNS|BASH.*|SHELLOPTS|ZSH_.*|RANDOM|SECONDS|LINENO|HISTCMD|DIRSTACK|GROUPS|FUNCNAME|CLAUDECODE|CLAUDE_CODE_ENTRYPOINT)$/

/** The variables that go to the program, of those of the person who launches. */
export function programEnvironment(env: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(env).filter(
    ([name, value]) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !foreign.test(name) && !value.includes('\0'),
  )
}

/**
 * Writes `sessions/<id>.launch.sh` (0700, without secrets) and `run/env-<id>` (0600), which the script
 * reads and deletes as its first act, so that keys and tokens do not stay on the disk.
 *
 * @param argv the program, absolute, and all its arguments
 */
export function writeLaunchFiles(
  store: RecordStore,
  record: SessionRecord,
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
): void {
  writeEnvironment(store, record.id, env)
  writeFileAtomic(store.scriptPath(record.id), scriptText(store, record, argv), 0o700)
}

/** Writes the environment anew, for a restart. */
export function writeEnvironment(
  store: RecordStore,
  id: string,
  env: Readonly<Record<string, string>>,
): void {
  const lines = programEnvironment(env).map(([name, value]) => `export ${name}=${quoteForShell(value)}\n`)
  writeFileAtomic(store.environmentPath(id), lines.join(''))
}

function scriptText(store: RecordStore, record: SessionRecord, argv: readonly string[]): string {
  const environment = quoteForShell(store.environmentPath(record.id))
  return `#!/bin/sh
# Starts one session of iterm-orch.
if [ -r ${environment} ]; then
  . ${environment}
  rm -f ${environment}
fi
export ITERM_ORCH_SESSION=${quoteForShell(record.id)}
export ITERM_ORCH_TASK=${quoteForShell(record.thread)}
export ITERM_ORCH_MAILBOX=${quoteForShell(mailboxOf(record))}
cd ${quoteForShell(record.cwd)} || exit 1
exec ${argv.map(quoteForShell).join(' ')}
`
}
