/** What the tools of the agents are called, in their own words and on their screens. */
import type { AskedPrompt } from '../../agents/session-state.ts'
import type { ToolName } from './policy-question.ts'

const names: Readonly<Record<string, ToolName>> = {
  ...named('shell', [
    'Bash',
    'run_shell_command',
    'shell',
    'exec_command',
    'local_shell',
    'bash',
    'execute',
    'powershell',
  ]),
  ...named('edit', [
    'Edit',
    'MultiEdit',
    'NotebookEdit',
    'replace',
    'apply_patch',
    'edit',
    'str_replace_editor',
  ]),
  ...named('write', ['Write', 'write_file', 'write', 'create']),
  ...named('read', ['Read', 'read_file', 'read', 'view', 'LS', 'list_directory']),
  ...named('fetch', ['WebFetch', 'web_fetch', 'fetch', 'webfetch']),
  ...named('search', ['WebSearch', 'google_web_search', 'web_search', 'Grep', 'Glob', 'grep_search', 'glob']),
  ...named('plan', ['ExitPlanMode', 'exit_plan_mode']),
}

/** `other` for a tool that is not known; nothing is approved of it unless a rule names it. */
export function toolNamed(name: string): ToolName {
  if (name.startsWith('mcp__')) return 'mcp'
  return Object.hasOwn(names, name) ? (names[name] ?? 'other') : 'other'
}

function named(tool: ToolName, list: readonly string[]): Record<string, ToolName> {
  return Object.fromEntries(list.map((name) => [name, tool]))
}

interface Sign {
  /** Where it stands: the sentence that is asked, or all rows above the options. */
  in: 'question' | 'context'
  pattern: RegExp
  tool: ToolName
}

/** From recordings of the programs (test/fixtures/agents); a `path` in a pattern is the file that it is about. */
const signs: Readonly<Record<string, readonly Sign[]>> = {
  claude: [
    { in: 'context', pattern: /^Bash command(?:\n|$)/u, tool: 'shell' },
    { in: 'context', pattern: /^(?:Create|Write|Overwrite) file\n(?<path>\S+)(?:\n|$)/u, tool: 'write' },
    { in: 'context', pattern: /^Edit file\n(?<path>\S+)(?:\n|$)/u, tool: 'edit' },
    { in: 'context', pattern: /^Read file(?:\n|$)/u, tool: 'read' },
    { in: 'context', pattern: /^Fetch(?:\n|$)/u, tool: 'fetch' },
    { in: 'context', pattern: /^Tool use(?:\n|$)/u, tool: 'mcp' },
  ],
  codex: [
    { in: 'question', pattern: /^Would you like to run the following command\?$/u, tool: 'shell' },
    // The agent's own reason stands below, and may be a question, too.
    { in: 'context', pattern: /^Would you like to run the following command\?(?:\n|$)/u, tool: 'shell' },
  ],
  gemini: [
    { in: 'question', pattern: /^Allow execution of(?::| \[Shell\])/u, tool: 'shell' },
    { in: 'context', pattern: /^\? {1,2}WriteFile {1,2}Writing to (?<path>\S+)$/mu, tool: 'write' },
    { in: 'context', pattern: /^\? {1,2}Edit {1,2}(?<path>\S+): /mu, tool: 'edit' },
    { in: 'context', pattern: /^\? {1,2}WebFetch /mu, tool: 'fetch' },
  ],
  qwen: [{ in: 'question', pattern: /^Allow execution of:/u, tool: 'shell' }],
  copilot: [{ in: 'question', pattern: /^Do you want to run this command\?$/u, tool: 'shell' }],
  opencode: [{ in: 'context', pattern: /^# Shell command$/mu, tool: 'shell' }],
}

/** The tool that a dialog is about. Undefined for plain programs: what they print vouches for nothing. */
export function toolOnScreen(
  agent: string,
  prompt: Pick<AskedPrompt, 'kind' | 'question' | 'context'>,
): { tool: ToolName; path?: string } | undefined {
  if (prompt.kind === 'plan') return { tool: 'plan' }
  if (prompt.kind !== 'permission' || !Object.hasOwn(signs, agent)) return undefined
  for (const { in: where, pattern, tool } of signs[agent] ?? []) {
    const found = pattern.exec((where === 'question' ? prompt.question : prompt.context) ?? '')
    const path = found?.groups?.['path']
    if (found) return path === undefined ? { tool } : { tool, path }
  }
  return undefined
}
