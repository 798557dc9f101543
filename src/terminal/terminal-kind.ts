/** iTerm2, or the embedded host. */
export type TerminalKind = 'iterm2' | 'host'
