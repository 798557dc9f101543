/**
 * An agent without a terminal that writes down, in a log outside of all projects, when it begins and when it ends: so
 * that what was done can be held against what the service says of it.
 */
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What a document wants of the agent. */
export interface Wanted {
  project: string
  id: string
  /** So many attempts fail. */
  failures?: number
  /** It never ends. */
  hangs?: boolean
  /** Seconds that it works. */
  seconds?: number
}

export interface LogLine {
  what: 'begin' | 'end'
  project: string
  id: string
  run: string
  pid: number
}

/** `$1`: directory of the log; `$2`: the text of the document. */
const program = `#!/bin/sh
out=$1
set -- $2
project=$1 id=$2 failures=$3 seconds=$4
say() { printf '%s %s %s %s %s\\n' "$1" "$project" "$id" "$ITERM_ORCH_RUN" $$ >> "$out/log"; }
say begin
echo x >> "$out/$project.$id"
attempt=$(grep -c x "$out/$project.$id")
echo "$project $id attempt $attempt"
echo "stderr of attempt $attempt" >&2
[ "$seconds" = ever ] && exec sleep 100000
sleep "$seconds"
say end
[ "$attempt" -gt "$failures" ]
`

export class LoggingAgent {
  readonly #out: string

  constructor(directory: string) {
    this.#out = directory
    mkdirSync(directory, { recursive: true })
    writeFileSync(join(directory, 'agent'), program)
    chmodSync(join(directory, 'agent'), 0o755)
  }

  /** For `agents:` of config.yaml, as JSON. */
  get start(): string {
    return JSON.stringify({ command: [join(this.#out, 'agent'), this.#out], task: 'argument' })
  }

  /** In the order in which they were written. */
  lines(): LogLine[] {
    const path = join(this.#out, 'log')
    if (!existsSync(path)) return []
    const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1)
    return lines.map((line) => {
      const [what, project = '', id = '', run = '', pid] = line.split(' ')
      return { what: what === 'begin' ? 'begin' : 'end', project, id, run, pid: Number(pid) }
    })
  }
}

/** Text of a document for it. */
export function orderFor({ project, id, failures = 0, hangs = false, seconds = 0.05 }: Wanted): string {
  return `${project} ${id} ${failures} ${hangs ? 'ever' : seconds}\n`
}

/** How many were at work at once, at most. Those that never ended count until the end. */
export function mostAtOnce(lines: readonly LogLine[]): number {
  let now = 0
  let most = 0
  for (const { what } of lines) {
    now += what === 'begin' ? 1 : -1
    most = Math.max(most, now)
  }
  return most
}
