/** Finds the session that a person means: by UUID, unique prefix of one, name, or task. */
import { OrchError } from '../lib/errors.ts'
import type { SessionInfo } from './session-info.ts'

type Named = Pick<SessionInfo, 'id' | 'name' | 'task' | 'agent' | 'state' | 'terminalSession'>

/** Shortest prefix of a UUID that is taken for one. */
const minPrefix = 2

/**
 * The one session that `reference` names. An exact match wins over a weaker one: UUID, then name, then
 * task, then prefix of a UUID.
 *
 * @throws {OrchError} `session-not-found` with all sessions, `session-ambiguous` with the candidates.
 */
export function resolveReference<S extends Named>(reference: string, sessions: readonly S[]): S {
  const wanted = reference.trim()
  const upper = wanted.toUpperCase()
  const rules: ((session: S) => boolean)[] = [
    (session) => session.id === upper || session.terminalSession === upper,
    (session) => session.name === wanted,
    (session) => session.task === wanted,
    (session) => upper.length >= minPrefix && session.id.startsWith(upper),
  ]
  for (const rule of rules) {
    const found = sessions.filter(rule)
    const [only] = found
    if (only && found.length === 1) return only
    if (found.length > 1) {
      throw new OrchError(
        'session-ambiguous',
        `"${reference}" names ${found.length} sessions:\n${list(found)}`,
        {
          hint: 'Give more of the id, or the full id.',
          details: { candidates: found.map(candidate) },
        },
      )
    }
  }
  throw new OrchError(
    'session-not-found',
    sessions.length === 0
      ? `There is no session "${reference}"; there are no sessions at all.`
      : `There is no session "${reference}". There are:\n${list(sessions)}`,
    {
      hint: sessions.length === 0 ? 'Open one with `iterm-orch launch`.' : 'Give an id, a name or a task.',
      details: { candidates: sessions.map(candidate) },
    },
  )
}

function list(sessions: readonly Named[]): string {
  return sessions
    .map(({ id, name, agent, task, state }) => `  ${id.slice(0, 8)}  ${name}  ${agent}  ${state}  ${task}`)
    .join('\n')
}

function candidate({ id, name, agent, task, state }: Named): Named {
  return { id, name, agent, task, state }
}
