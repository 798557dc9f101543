/** Writes the script that starts a session's program, and the environment that it takes along. */
import { writeFileAtomic } from '../lib/atomic-file.ts'
import { quoteForShell } from '../lib/shell-quote.ts'
import { mailboxOf } from './session-mailbox.ts'
import type { RecordStore, SessionRecord } from './session-record.ts'

/** The variable by which the tap finds its secret. */
const keyFileVariable = 'ITERM_ORCH_TAP_KEY_FILE'

/**
 * Variables that belong to the terminal where the launching command ran, not to the new one, or to the
 * shell itself (assigning those stops a POSIX shell).
 */
const foreign =
  /^(TERM|TERM_.*|TERMINFO.*|TERMCAP|ITERM(?!_ORCH_(?:HOME|SECRET_NAMES)$).*|IT2_.*|LC_TERMINAL.*|COLORTERM|COLORFGBG|TMUX.*|STY|WINDOW|WINDOWID|VTE_.*|KITTY_.*|GHOSTTY_.*|WEZTERM_.*|ALACRITTY_.*|KONSOLE_.*|SSH_TTY|PWD|OLDPWD|SHLVL|_|UID|EUID|GID|PPID|IFS|ENV|OPT(IND|ARG)|PS[0-9]|LINES|COLUMNS|BASH.*|SHELLOPTS|ZSH_.*|RANDOM|SECONDS|LINENO|HISTCMD|DIRSTACK|GROUPS|FUNCNAME|CLAUDECODE|CLAUDE_CODE_ENTRYPOINT)$/

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
 * @param tapCommand what stands before them when the script finds the key of a tap; empty: there is no tap
 */
export function writeLaunchFiles(
  store: RecordStore,
  record: SessionRecord,
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
  tapCommand: readonly string[],
): void {
  writeEnvironment(store, record.id, env)
  writeFileAtomic(store.scriptPath(record.id), scriptText(store, record, argv, tapCommand), 0o700)
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

function scriptText(
  store: RecordStore,
  record: SessionRecord,
  argv: readonly string[],
  tapCommand: readonly string[],
): string {
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
${tapCommand.length === 0 ? '' : startOfTap(store.tapKeyPath(record.id), tapCommand, argv)}exec ${words(argv)}
`
}

/**
 * An update may have taken Node or our files away since: the program then starts without the tap. NODE_OPTIONS
 * are the program's; the tap gives them back to it.
 */
function startOfTap(key: string, tapCommand: readonly string[], argv: readonly string[]): string {
  const [program = '', ...args] = tapCommand
  const files = args.filter((word) => word.startsWith('/')).map((path) => ` && [ -r ${quoteForShell(path)} ]`)
  return `if [ -r ${quoteForShell(key)} ]; then
  if [ -x ${quoteForShell(program)} ]${files.join('')}; then
    export ${keyFileVariable}=${quoteForShell(key)}
    if [ -n "\${NODE_OPTIONS+set}" ]; then
      export ITERM_ORCH_TAP_NODE_OPTIONS="$NODE_OPTIONS"
      unset NODE_OPTIONS
    fi
    exec ${words(tapCommand)} tap -- ${words(argv)}
  fi
  rm -f ${quoteForShell(key)}
  echo 'iterm-orch: the tap is not where it was, so the program runs without it.' >&2
fi
`
}

function words(argv: readonly string[]): string {
  return argv.map(quoteForShell).join(' ')
}
