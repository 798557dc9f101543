/** The environment without what belongs to the session that the service may have been started from. */
export function withoutOwnSession(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const mine = [
    'ITERM_ORCH_SESSION',
    'ITERM_ORCH_MAILBOX',
    'ITERM_ORCH_TASK',
    'ITERM_SESSION_ID',
    'TERM_SESSION_ID',
  ]
  return Object.fromEntries(Object.entries(env).filter(([name]) => !mine.includes(name)))
}
