/** How an agent's work without a terminal went: what it said of it, and how its program ended. */

import type { OutputFormat } from './headless-shape.ts'
import type { Denied, HeadlessReport, Trouble } from './report.ts'
import { troubleOf } from './trouble.ts'

export interface ProgramEnd {
  exitCode?: number | undefined
  signal?: string | undefined
  /** The end of what it printed beside its output. */
  stderr?: string | undefined
}

export type Verdict = { ok: true } | { ok: false; trouble: Trouble }

export function verdictOf(format: OutputFormat, report: HeadlessReport, end: ProgramEnd): Verdict {
  const { ok, trouble } = report
  const { exitCode, signal, stderr = '' } = end
  if (exitCode === 0 && (ok === true || (ok === undefined && format === 'text'))) return { ok: true }
  if (trouble) return { ok: false, trouble }
  if (signal !== undefined) return failed('interrupted', `${signal} ended it`)
  const said = lastLines(stderr) || (format === 'text' ? lastLines(report.output.summary) : '')
  if (exitCode !== 0) {
    const how = `it ended with exit code ${exitCode ?? 'unknown'}`
    return said === '' ? failed('other', how) : failed(troubleOf(said).kind, `${how}: ${said}`)
  }
  return failed(
    'other',
    ok === false ? 'it says that it has failed' : 'it ended without saying that it is done',
  )
}

/** What was denied, where the agent tells of it beside its output only: a line of Codex's log. */
export function deniedBeside(format: OutputFormat, stderr: string): Denied[] {
  if (format !== 'codex') return []
  const lines = stderr.match(/error=approval policy is Never; reject command[^\n]{0,200}/gu) ?? []
  return lines.map((line) => ({ tool: 'command', why: line.replace(/^error=/u, '') }))
}

function failed(kind: Trouble['kind'], text: string): Verdict {
  return { ok: false, trouble: { kind, text } }
}

/** So many lines at the end tell why, most often. */
const tellingLines = 3
const longestTold = 1_000

function lastLines(text: string): string {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  return lines.slice(-tellingLines).join(' ').slice(-longestTold)
}
