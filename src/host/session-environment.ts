/** The environment of the programs in a session. */

/** Which window, tab and pane of the host a session was opened in; all from 0. */
export interface SessionPosition {
  window: number
  tab: number
}

export interface EnvironmentFacts {
  /** The host's own environment. */
  base: NodeJS.ProcessEnv
  id: string
  position: SessionPosition
  cwd: string
  profileName: string
  terminalType: string
}

/**
 * What the terminal that the host was started from said about itself; untrue in our sessions. The
 * credentials of iTerm2's API are among it: they must not reach programs that were not given them.
 */
const foreignNames = new Set([
  'TMUX',
  'TMUX_PANE',
  'STY',
  'WINDOW',
  'WINDOWID',
  'COLUMNS',
  'LINES',
  'TERMCAP',
  'TERMINFO',
  'TERM_SESSION_ID',
  'TERM_FEATURES',
  'VTE_VERSION',
  'SSH_TTY',
  'GPG_TTY',
])
const foreignPrefixes = [
  'TERM_PROGRAM',
  'ITERM_',
  'ITERM2_',
  'IT2_',
  'LC_TERMINAL',
  'KITTY_',
  'WEZTERM_',
  'ALACRITTY_',
  'GHOSTTY_',
  'KONSOLE_',
  'ZELLIJ',
  'VSCODE_',
]
/** Ours, and meant for the programs in a session. */
const keptNames = new Set(['ITERM_ORCH_HOME', 'ITERM_ORCH_LOG_LEVEL'])

export function sessionEnvironment(facts: EnvironmentFacts): Record<string, string> {
  const { id, position, cwd, profileName, terminalType } = facts
  const env: Record<string, string> = {}
  for (const [name, value] of Object.entries(facts.base)) {
    if (value !== undefined && !isForeign(name)) env[name] = value
  }
  const sessionId = `w${position.window}t${position.tab}p0:${id}`
  Object.assign(env, {
    TERM: terminalType,
    TERM_PROGRAM: 'iTerm.app',
    TERM_PROGRAM_VERSION: version,
    TERM_SESSION_ID: sessionId,
    ITERM_SESSION_ID: sessionId,
    ITERM_PROFILE: profileName,
    COLORTERM: 'truecolor',
    // White on black, as the default profile has it.
    COLORFGBG: '15;0',
    LC_TERMINAL: 'iTerm2',
    LC_TERMINAL_VERSION: version,
    PWD: cwd,
  })
  // Without any locale, programs would take the screen for ASCII.
  if (!env['LC_ALL'] && !env['LC_CTYPE'] && !env['LANG']) {
    env['LC_CTYPE'] = process.platform === 'darwin' ? 'UTF-8' : 'C.UTF-8'
  }
  return env
}

/**
 * The version that programs ask for to know what the terminal can do. Ours would say nothing to them: it
 * is the first version of iTerm2 that has all of what the host does for programs, OSC 7501 aside.
 */
const version = '3.5.0'

function isForeign(name: string): boolean {
  if (keptNames.has(name)) return false
  return foreignNames.has(name) || foreignPrefixes.some((prefix) => name.startsWith(prefix))
}
