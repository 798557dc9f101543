/** The first record of an escalation: what blocks, and the levels that it can go up. */
import type { Blocker, BlockerKind } from '../agents/session-state.ts'
import { redactLines } from '../lib/redact.ts'
import { mailboxOf } from '../sessions/session-mailbox.ts'
import type { SessionRecord } from '../sessions/session-record.ts'
import type { Escalation, Level } from './escalation.ts'
import type { LadderRules } from './ladder-rules.ts'
import { type Communication, classifyQuestion, levelsFor, type RoutingRule } from './routing.ts'

/** Rows of the screen that a record keeps: enough to judge by, little to leak. */
const excerptRows = 24

export interface Circumstances {
  id: string
  record: Readonly<SessionRecord>
  screen: readonly string[]
  rules: LadderRules
  routing: readonly RoutingRule[]
  mayGrant: readonly Level[]
  /** Whether any rule of a policy could answer. */
  policy: boolean
  /** Mailboxes. */
  orchestrator: string | undefined
  peer: string | undefined
  /** ISO. */
  now: string
}

export function openEscalation(blocker: Blocker, circumstances: Circumstances): Escalation {
  const { id, record, screen, rules, now, orchestrator, peer } = circumstances
  const { kind, text, prompt, resetsAt } = blocker
  const ladder = ladderFor(blocker, circumstances)
  const [level = 'human'] = ladder
  return {
    version: 1,
    id,
    ...(id === blocker.id ? {} : { blocker: blocker.id }),
    session: record.id,
    mailbox: mailboxOf(record),
    name: record.name,
    agent: record.agent,
    task: record.task,
    thread: record.thread,
    cwd: record.cwd,
    kind,
    text,
    ...(prompt === undefined ? {} : { prompt }),
    ...(resetsAt === undefined ? {} : { resetsAt }),
    screen: redactLines(screen).slice(-excerptRows),
    urgency: rules.urgency,
    noticedAt: blocker.since,
    openedAt: now,
    ladder,
    level,
    levelSince: now,
    ...(orchestrator === undefined ? {} : { orchestrator }),
    ...(peer === undefined ? {} : { peer }),
    told: [],
    raises: [],
    holds: [],
    answers: [],
    deliveries: [],
  }
}

const communications: Readonly<Record<BlockerKind, Communication>> = {
  permission: 'permission',
  trust: 'permission',
  credential: 'permission',
  login: 'permission',
  question: 'question',
  choice: 'question',
  limit: 'blocker',
  error: 'blocker',
  stuck: 'blocker',
}

export function communicationOf(kind: BlockerKind): Communication {
  return communications[kind]
}

/** Somebody is always left to ask: the human, where the ladder of the configuration leaves nobody. */
function ladderFor(
  { kind, text }: Blocker,
  { record, rules, routing, mayGrant, policy, peer, orchestrator }: Circumstances,
): Level[] {
  const question = { kind: communicationOf(kind), text, task: record.task, terminal: true }
  const { to } = classifyQuestion(question, routing)
  const ladder = policy ? rules.ladder : rules.ladder.filter((level) => level !== 'policy')
  const levels = levelsFor(ladder, to, { peer, orchestrator, mayGrant })
  return levels.some((level) => level !== 'policy') ? levels : [...levels, 'human']
}
