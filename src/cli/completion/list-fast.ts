/**
 * Sessions and escalations, for completion: asked from the running service without its client, whose schemas
 * take longer to load than a person who presses Tab wants to wait. No service, nothing to complete.
 */
import { get } from 'node:http'
import { text } from 'node:stream/consumers'
import type { Escalation } from '../../escalation/escalation.ts'
import type { AccountLimit } from '../../escalation/limits/account-limit.ts'
import type { Home } from '../../lib/home.ts'
import type { SessionInfo } from '../../service/api.ts'

/** Someone waits at the prompt. */
const timeoutMs = 500

type SessionFacts = Pick<SessionInfo, 'id' | 'name' | 'agent' | 'state'>
type AccountFacts = Pick<AccountLimit, 'account' | 'title'>
type EscalationFacts = Pick<Escalation, 'id' | 'name' | 'kind' | 'text'>

export function listSessionsFast(home: Home): Promise<SessionFacts[]> {
  return list<SessionFacts>(home, 'sessions')
}

/** The open ones. */
export function listEscalationsFast(home: Home): Promise<EscalationFacts[]> {
  return list<EscalationFacts>(home, 'escalations')
}

/** Those at a limit. */
export function listAccountsFast(home: Home): Promise<AccountFacts[]> {
  return list<AccountFacts>(home, 'accounts', '/limits')
}

async function list<T>(
  home: Home,
  what: 'sessions' | 'escalations' | 'accounts',
  path = `/${what}`,
): Promise<T[]> {
  try {
    const answer: unknown = JSON.parse(await fetchText(home.serviceSocket, path))
    const items = (answer as Partial<Record<typeof what, T[]>> | null)?.[what]
    return Array.isArray(items) ? items : []
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
