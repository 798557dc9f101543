/** What `answer` is about: an escalation, or the session that asks. */
import type { Escalation } from '../escalation/escalation.ts'
import { OrchError } from '../lib/errors.ts'
import type { SessionInfo } from '../service/api.ts'
import type { ServiceClient } from '../service/client.ts'

export type AnswerTarget = { escalation: Escalation } | { session: SessionInfo }

/**
 * @throws {OrchError} `session-not-found` for what names neither, `session-ambiguous` for what names several
 */
export async function findTarget(service: ServiceClient, reference: string): Promise<AnswerTarget> {
  const [escalation, session] = await Promise.all([
    found(service.escalation(reference), 'escalation-not-found'),
    found(service.session(reference), 'session-not-found'),
  ])
  if ('value' in escalation && 'value' in session) {
    const { id, session: asking } = escalation.value
    if (asking === session.value.id) return { escalation: escalation.value }
    throw new OrchError('session-ambiguous', `"${reference}" is both an escalation and a session.`, {
      hint: 'Give the whole id of the one that is meant.',
      details: { candidates: [id, session.value.id] },
    })
  }
  if ('value' in escalation) return { escalation: escalation.value }
  if ('value' in session) return { session: session.value }
  if (isSeveral(escalation.error)) throw escalation.error
  const { message, hint = '', details } = session.error
  throw new OrchError('session-not-found', `${message} Nor is there such an escalation.`, {
    hint: `${hint} \`iterm-orch escalations\` lists what is asked.`.trimStart(),
    ...(details && { details: { ...details } }),
  })
}

/** Whether what is asked is a secret. */
export function asksSecret(target: AnswerTarget): boolean {
  const asked = 'escalation' in target ? target.escalation : target.session.waitsFor
  return [asked?.kind, asked?.prompt?.kind].some((kind) => kind === 'credential' || kind === 'login')
}

type Found<T> = { value: T } | { error: OrchError }

async function found<T>(request: Promise<T>, missing: OrchError['code']): Promise<Found<T>> {
  try {
    return { value: await request }
  } catch (error) {
    if (error instanceof OrchError && error.code === missing) return { error }
    throw error
  }
}

function isSeveral({ details }: OrchError): boolean {
  const candidates = details?.['candidates']
  return Array.isArray(candidates) && candidates.length > 1
}
