/** The settings by which an agent asks a program of ours for what its mode does not allow. */
import { quoteForShell } from '../../lib/shell-quote.ts'

/** Who is asked, and how long the agent waits for it. */
export interface AskedProgram {
  /** Program and arguments. */
  words: readonly string[]
  withinMs: number
}

/**
 * For Claude Code: its `PermissionRequest` hook decides without a terminal, too (seen in 2.1.329). Settings that are
 * given to the program come on top of those of the person and the project.
 */
export function permissionHookSettings({ words, withinMs }: AskedProgram): string {
  const command = words.map(quoteForShell).join(' ')
  const timeout = Math.ceil(withinMs / 1_000)
  const hooks = { PermissionRequest: [{ matcher: '*', hooks: [{ type: 'command', command, timeout }] }] }
  return JSON.stringify({ hooks })
}
