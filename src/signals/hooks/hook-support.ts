/** Which agents have hooks, where they are configured and which of their events are of use. */
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { OrchError } from '../../lib/errors.ts'

export interface HookSupport {
  agent: string
  /** How people call it. */
  title: string
  /** Settings of the person. */
  userFile(env: NodeJS.ProcessEnv): string
  /** Settings for one directory, below it. */
  projectFile: string
  /** The project's file is usually committed, with the path of iterm-orch on this computer in it. */
  projectFileIsShared: boolean
  events: readonly string[]
  /**
   * After which the agent gives up on the hook, in its own unit. A safety net: the hook ends itself within a
   * second.
   */
  timeout: number
  /** Names the hook in the agent's own list of hooks. */
  name?: string
  /** Also a `notify` program in this file (Codex): that one runs without being reviewed. */
  notifyFile?(env: NodeJS.ProcessEnv): string
  /** What the person has to do in the agent afterwards. */
  afterwards?: string
  /** Settings that switch all hooks off, as paths with the value that does it. */
  switches: readonly { path: readonly string[]; off: unknown }[]
}

const ofClaude = [
  'SessionStart',
  'UserPromptSubmit',
  'PreToolUse',
  'PostToolUse',
  'PermissionRequest',
  'Notification',
  'Stop',
  'StopFailure',
  'SubagentStop',
  'SessionEnd',
]

const supported: readonly HookSupport[] = [
  {
    agent: 'claude',
    title: 'Claude Code',
    userFile: (env) => join(env['CLAUDE_CONFIG_DIR'] || join(homeOf(env), '.claude'), 'settings.json'),
    // `settings.json` beside it is the team's.
    projectFile: '.claude/settings.local.json',
    projectFileIsShared: false,
    events: ofClaude,
    timeout: 5,
    switches: [{ path: ['disableAllHooks'], off: true }],
  },
  {
    agent: 'codex',
    title: 'Codex',
    userFile: (env) => join(codexHome(env), 'hooks.json'),
    projectFile: '.codex/hooks.json',
    projectFileIsShared: true,
    events: [
      'SessionStart',
      'UserPromptSubmit',
      'PreToolUse',
      'PostToolUse',
      'PermissionRequest',
      'Stop',
      'SubagentStop',
      'Interrupt',
      'SessionEnd',
    ],
    // More than 3 s it warns of at every start, for two of them.
    timeout: 3,
    notifyFile: (env) => join(codexHome(env), 'config.toml'),
    afterwards: 'Codex runs new hooks only after you have looked at them: type /hooks in it, and trust them.',
    switches: [],
  },
  {
    agent: 'gemini',
    title: 'Gemini CLI',
    userFile: (env) => join(env['GEMINI_CLI_HOME'] || homeOf(env), '.gemini', 'settings.json'),
    projectFile: '.gemini/settings.json',
    projectFileIsShared: true,
    // Not BeforeModel, AfterModel and the like: they come with every piece of an answer and tell nothing more.
    events: [
      'SessionStart',
      'BeforeAgent',
      'BeforeTool',
      'AfterTool',
      'AfterAgent',
      'Notification',
      'SessionEnd',
    ],
    timeout: 5_000,
    name: 'iterm-orch',
    switches: [{ path: ['hooksConfig', 'enabled'], off: false }],
  },
  {
    agent: 'qwen',
    title: 'Qwen Code',
    userFile: (env) => join(homeOf(env), '.qwen', 'settings.json'),
    projectFile: '.qwen/settings.json',
    projectFileIsShared: true,
    events: ofClaude,
    // Milliseconds in some versions, seconds in others.
    timeout: 5_000,
    name: 'iterm-orch',
    switches: [{ path: ['disableAllHooks'], off: true }],
  },
]

export const agentsWithHooks: readonly string[] = supported.map(({ agent }) => agent)

/** @throws {OrchError} `agent-unknown` for an agent whose hooks are not known. */
export function hookSupportOf(agent: string): HookSupport {
  const found = supported.find((candidate) => candidate.agent === agent)
  if (found) return found
  throw new OrchError('agent-unknown', `No hooks are known for the agent "${agent}".`, {
    hint:
      `There are some for ${agentsWithHooks.join(', ')}. ` +
      'What other agents do is read from their screens and titles; nothing has to be installed.',
  })
}

/** @param project absolute; the settings of the person when absent */
export function settingsFileOf(
  support: HookSupport,
  project: string | undefined,
  env: NodeJS.ProcessEnv,
): string {
  return project === undefined ? resolve(support.userFile(env)) : join(project, support.projectFile)
}

function homeOf(env: NodeJS.ProcessEnv): string {
  return env['HOME'] || homedir()
}

function codexHome(env: NodeJS.ProcessEnv): string {
  return env['CODEX_HOME'] || join(homeOf(env), '.codex')
}
