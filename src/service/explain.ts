/** What `why` tells: the state of a session, and everything that it was made of. */
import { z } from 'zod'
import { SessionState } from '../agents/session-state.ts'
import { redact } from '../lib/redact.ts'
import type { Session } from '../sessions/session.ts'
import { SessionInfo } from '../sessions/session-info.ts'

const Word = z.object({
  source: z.string(),
  state: SessionState,
  reason: z.string(),
  evidence: z.string(),
  /** Ms since it was said last. */
  ageMs: z.number(),
  /** Why it does not decide. */
  because: z.enum(['agrees', 'weaker', 'contradicted', 'stale', 'tells-nothing']),
})

export const WhyResponse = z.object({
  session: SessionInfo,
  /** Profile by which the screen is read; absent while nobody follows the session. */
  profile: z.string().optional(),
  /** What the agent in front was recognised by, where it is not the one that the session was opened with. */
  recognisedBy: z.string().optional(),
  /** What the screen alone says. */
  screen: z
    .object({
      state: SessionState,
      reason: z.string(),
      /** 0 to 1. */
      confidence: z.number(),
      evidence: z.array(z.object({ row: z.int().optional(), text: z.string(), shows: z.string() })),
      /** The end of the screen, redacted. */
      lines: z.array(z.string()),
    })
    .optional(),
  /** The way in which it is stuck. */
  stuck: z.string().optional(),
  /** The program was to run behind the tap, of which nothing was heard: what it reports may be missing. */
  tapSilent: z.boolean().optional(),
  others: z.array(Word),
})
export type WhyResponse = z.infer<typeof WhyResponse>

/** Rows at the end of the screen that are shown. */
const shownRows = 12

export function explain(session: Session): WhyResponse {
  const explanation = session.explain()
  const info = safeInfo(session.info())
  if (!explanation) return { session: info, others: [] }
  const { joined, stuck, reading, profile, recognisedBy, tapSilent } = explanation
  const others = joined.others.map((word) => ({
    ...word,
    reason: redact(word.reason),
    evidence: redact(word.evidence),
  }))
  return {
    session: info,
    profile,
    others,
    ...(tapSilent && { tapSilent }),
    ...(recognisedBy === undefined ? {} : { recognisedBy }),
    ...(stuck === undefined ? {} : { stuck: stuck.class }),
    ...(reading === undefined
      ? {}
      : {
          screen: {
            state: reading.state,
            reason: redact(reading.reason),
            confidence: reading.confidence,
            evidence: reading.evidence.map(({ row, text, shows }) => ({
              ...{ text: redact(text), shows },
              ...(row === undefined ? {} : { row }),
            })),
            lines: session.lastLines().slice(-shownRows).map(redact),
          },
        }),
  }
}

/** What is quoted of the screen may hold a secret. */
function safeInfo(info: SessionInfo): SessionInfo {
  return { ...info, reason: redact(info.reason), evidence: redact(info.evidence) }
}
