/**
 * The sessions, for completion: asked from the running service without its client, whose schemas take
 * longer to load than a person who presses Tab wants to wait. No service, no sessions.
 */
import { get } from 'node:http'
import { text } from 'node:stream/consumers'
import type { Home } from '../../lib/home.ts'
import type { SessionInfo } from '../../service/api.ts'

/** Someone waits at the prompt. */
const timeoutMs = 500

type SessionFacts = Pick<SessionInfo, 'id' | 'name' | 'agent' | 'state'>

export async function listSessionsFast(home: Home): Promise<SessionFacts[]> {
  try {
    return sessionsOf(JSON.parse(await fetchText(home.serviceSocket, '/sessions')))
  } catch {
    return []
  }
}

function fetchText(socketPath: string, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeoutMs)
    get({ socketPath, path, host: 'localhost', agent: false, signal }, (response) => {
      text(response).then(resolve, reject)
    }).on('error', reject)
  })
}

function sessionsOf(answer: unknown): SessionFacts[] {
  if (typeof answer !== 'object' || answer === null || !('sessions' in answer)) return []
  return Array.isArray(answer.sessions) ? answer.sessions : []
}
