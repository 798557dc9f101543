/** Calls of the tools that the agents offer, in the words of each agent. */
import type { ToolCall, Turn } from './dialect.ts'

/** Runs a shell command, one that the agent asks a permission for. */
export function runCommand(turn: Turn, command: string): ToolCall {
  const name = offered(turn, 'Bash', 'run_shell_command', 'bash', 'exec_command', 'shell_command', 'shell')
  if (turn.api !== 'openai-responses')
    return { name, input: { command, description: 'Create the marker file' } }
  const justification = 'May the marker be created?'
  // Both names of the argument: Codex has renamed it with the tool.
  return { name, input: { cmd: command, command, sandbox_permissions: 'require_escalated', justification } }
}

/** Writes a new file. */
export function writeFile(turn: Turn, path: string, content: string): ToolCall {
  if (turn.api !== 'openai-responses') {
    return { name: offered(turn, 'Write', 'write_file', 'write'), input: { file_path: path, content } }
  }
  const added = content.trimEnd().replace(/^/gm, '+')
  return runCommand(
    turn,
    `apply_patch <<'EOF'\n*** Begin Patch\n*** Add File: ${path}\n${added}\n*** End Patch\nEOF`,
  )
}

/** Reads a file, which Claude Code wants before it edits one. */
export function readFile(turn: Turn, path: string): ToolCall {
  return { name: offered(turn, 'Read', 'read_file', 'read'), input: { file_path: path } }
}

/** Replaces a text of a file; Codex has only patches for that. */
export function editFile(turn: Turn, path: string, before: string, after: string): ToolCall {
  const name = offered(turn, 'Edit', 'replace', 'edit')
  const input = { file_path: path, old_string: before, new_string: after }
  // Gemini wants to know what for; Claude Code refuses what it does not know.
  return { name, input: name === 'replace' ? { ...input, instruction: 'Change it' } : input }
}

export function fetchPage(turn: Turn, url: string): ToolCall {
  return {
    name: offered(turn, 'WebFetch', 'web_fetch'),
    input: { url, prompt: `Read ${url} and summarise it` },
  }
}

export interface Question {
  question: string
  header: string
  options: { label: string; description: string }[]
  /** Several options may be chosen. */
  many?: boolean
}

/** Asks the user to choose. */
export function ask(turn: Turn, { question, header, options, many = false }: Question): ToolCall {
  const name = offered(turn, 'AskUserQuestion', 'request_user_input', 'ask_user')
  const asked = { question, header, id: header.toLowerCase(), options, multiSelect: many, type: 'choice' }
  return { name, input: { questions: [asked] } }
}

/** Shows a plan and asks whether it may be carried out; `path` is the plan's file (Gemini). */
export function presentPlan(turn: Turn, plan: string, path: string): ToolCall {
  return { name: offered(turn, 'ExitPlanMode', 'exit_plan_mode'), input: { plan, plan_path: path } }
}

function offered(turn: Turn, ...names: string[]): string {
  const name = names.find((candidate) => turn.tools.includes(candidate))
  if (name !== undefined) return name
  // Claude Code offers some tools only once it has searched for them, but runs a call of them at once.
  const [first] = names
  if (first !== undefined && turn.tools.includes('ToolSearch')) return first
  throw new Error(`none of ${names.join(', ')} is among the tools of this turn: ${turn.tools.join(', ')}`)
}
