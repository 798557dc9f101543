// A real executable named `osascript`, first on PATH, in the place of the one of macOS. It records every
// script it gets and answers as the test says: one answer for application-status, one for request-cookie.
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'

/** What `osascript` would print, or the end of an error message with its number. */
export type OsascriptAnswer = { text: string } | { error: number } | { hangs: true }

export interface FakeOsascript {
  answer(script: 'status' | 'cookie', answer: OsascriptAnswer): void
  /** The scripts that ran, in order. */
  scripts(): string[]
  cookieRequests(): string[]
  uninstall(): void
}

export function installFakeOsascript(): FakeOsascript {
  const directory = mkdtempSync(join(homedir(), 'osa-'))
  const records = join(directory, 'records')
  mkdirSync(records)
  const executable = join(directory, 'osascript')
  writeFileSync(executable, program)
  chmodSync(executable, 0o755)
  const path = process.env['PATH']
  process.env['PATH'] = `${directory}${delimiter}${path}`
  const scripts = () => {
    const names = readdirSync(records).sort((a, b) => Number(a) - Number(b))
    return names.map((name) => readFileSync(join(records, name), 'utf8'))
  }
  return {
    answer: (script, answer) => writeFileSync(join(directory, script), print(answer)),
    scripts,
    cookieRequests: () => scripts().filter((script) => script.includes('request cookie')),
    uninstall: () => {
      process.env['PATH'] = path
    },
  }
}

/** Shell code that does what the answer says. */
function print(answer: OsascriptAnswer): string {
  if ('text' in answer) return `printf '%s\\n' '"${answer.text}"'\n`
  if ('error' in answer)
    return `echo '17:80: execution error: iTerm got an error. (${answer.error})' >&2\nexit 1\n`
  return 'exec sleep 30\n'
}

const program = `#!/bin/sh
dir=$(dirname "$0")
n=$(ls "$dir/records" | wc -l)
cat > "$dir/records/$n"
if grep -q 'request cookie' "$dir/records/$n"; then . "$dir/cookie"; else . "$dir/status"; fi
`
