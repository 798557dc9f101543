const ofSession = new Set([
  'ITERM_ORCH_SESSION',
  'ITERM_ORCH_MAILBOX',
  'ITERM_ORCH_TASK',
  'ITERM_SESSION_ID',
  'TERM_SESSION_ID',
])

/** Git tells its hooks by these in which repository they are; an agent elsewhere would commit to that one. */
const ofRepository =
  /^GIT_(?:DIR|WORK_TREE|INDEX_FILE|PREFIX|COMMON_DIR|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|QUARANTINE_PATH|NAMESPACE)$/u

/** The environment without what belongs to the session, or the hook of git, that the service may have been started from. */
export function withoutOwnSession(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !ofSession.has(name) && !ofRepository.test(name)),
  )
}
