import { runMark, stepMark } from '../lib/run-mark.ts'
import { asksVariable } from '../signals/hooks/asks-variable.ts'

/** The environment that launched programs get: that of the person who types the command. */
export function ownEnvironment(env: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const result: Record<string, string> = {}
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && !notForPrograms.has(name)) result[name] = value
  }
  return result
}

/** Keys to the terminal, and what belongs to the session or the run of a task that we are typed in. */
const notForPrograms = new Set([
  'ITERM2_COOKIE',
  'ITERM2_KEY',
  'ITERM_SESSION_ID',
  'ITERM_ORCH_SESSION',
  'TERM_SESSION_ID',
  runMark,
  stepMark,
  asksVariable,
])
