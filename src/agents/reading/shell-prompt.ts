/** Prompts of shells and of programs that read commands. */
import type { AgentProfile } from '../profile-schema.ts'
import type { Reading } from './reading.ts'
import type { Row } from './rows.ts'
import { isShellPrompt } from './shell-words.ts'

const repl = [
  /^(?:>>>|\.\.\.)$/u,
  /^In \[\d+\]:$/u,
  /^irb\([^)]{0,60}\)[:\d]{0,12}[>*]$/u,
  /^(?:mysql|sqlite|mongo|redis|ghci|scala|iex|julia|psql|ftp|sftp|gdb|lldb|node|deno|bc|R)\S{0,40}>$/iu,
  /^[\w.-]{1,40}(?:=|-|\()?[#>]$/u,
  /^\((?:gdb|lldb|Pdb|ipdb|rdb)\)$/iu,
  /^>$/u,
  // A percentage begins with a digit.
  /^[A-Za-z][\w.-]{0,40}[%$]$/u,
]

/** Undefined when the line is no prompt. For an agent it means that its program has ended. */
export function readShellPrompt(
  text: string,
  line: readonly Row[],
  { lines, title }: AgentProfile,
): Omit<Reading, 'transcript'> | undefined {
  const isShell = isShellPrompt(text)
  if (!isShell && !(lines && repl.some((pattern) => pattern.test(text)))) return undefined
  const evidence = [{ row: line[0]?.y, text, shows: 'a prompt with the cursor behind it' }]
  if (lines) return { state: 'idle', reason: 'a prompt waits for a command', confidence: 0.85, evidence }
  const reason = `a shell prompt is shown in place of ${title}`
  return { state: 'exited', reason, confidence: 0.6, evidence }
}
