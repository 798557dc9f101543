/** Little programs for sessions to run, as files, so that no quoting stands between test and program. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A command line that runs the script with /bin/sh. */
export function shellProgram(script: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'p-')), 'program.sh')
  writeFileSync(path, `${script}\n`)
  return `/bin/sh ${path}`
}

/** Shows every line that it is given, between brackets, without echo. */
export const echoProgram = `stty -echo
echo ready
while IFS= read -r line; do echo "[$line]"; done`

/**
 * A shell with shell integration: it marks prompt, command, output and end (OSC 133) around every line
 * that it is given and runs. Between the marks it shows what a shell would show.
 */
export const integratedShell = String.raw`stty -echo
mark() { printf '\033]133;%s\007' "$1"; }
while :; do
  mark A; printf '> '; mark B
  IFS= read -r line || exit
  printf '%s\n' "$line"
  mark C; sh -c "$line"; mark "D;$?"
done`
