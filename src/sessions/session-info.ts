/** What is told about a session, and the events of its life. */
import { z } from 'zod'
import { Blocker, BlockerKind, SessionState } from '../agents/session-state.ts'

/** What holds a session that a limit or a failed login has stopped. */
export const SessionLimit = z.object({
  /** Id of the account. */
  account: z.string(),
  /** When it is tried again, at the earliest; absent: not by the clock. */
  until: z.iso.datetime().optional(),
  /** How often it was made to go on, in vain. */
  attempts: z.int(),
  /** What comes next, for people. */
  next: z.string(),
})
export type SessionLimit = z.infer<typeof SessionLimit>

/** The step of a run that a session was opened for. */
export const SessionRun = z.object({
  /** Id of the run. */
  id: z.string(),
  task: z.string(),
  step: z.string(),
  /** Where its record is, absolute. */
  record: z.string(),
})
export type SessionRun = z.infer<typeof SessionRun>

export const SessionInfo = z.object({
  /** Our own UUID, given before the program is started. */
  id: z.string(),
  /** The UUID that the terminal knows it by; absent until it was opened. */
  terminalSession: z.string().optional(),
  name: z.string(),
  agent: z.string(),
  /** The agent in front, where it is not the one that the session was opened with. */
  inFront: z.string().optional(),
  task: z.string(),
  /** Where others write to it. */
  mailbox: z.string(),
  cwd: z.string(),
  state: SessionState,
  reason: z.string(),
  since: z.iso.datetime(),
  /** Who says so: `launch`, `screen`, `program-status`, `terminal`. */
  source: z.string(),
  /** What was seen, such as the line of the screen. */
  evidence: z.string(),
  waitsFor: Blocker.optional(),
  terminal: z.enum(['iterm2', 'host']),
  columns: z.int().optional(),
  rows: z.int().optional(),
  exitCode: z.int().optional(),
  launchedAt: z.iso.datetime(),
  /** The agent's own id of the conversation, with which it can be resumed; absent while it is not known. */
  conversation: z.string().optional(),
  /** Absent unless a step of a task has opened it; it is closed when the run is over. */
  run: SessionRun.optional(),
  /** Absent while no limit or failed login holds it. */
  limit: SessionLimit.optional(),
})
export type SessionInfo = z.infer<typeof SessionInfo>

const eventBase = { id: z.string(), ts: z.iso.datetime() }
const sessionEvent = { ...eventBase, session: z.string(), name: z.string(), task: z.string() }

const escalationEvent = { ...sessionEvent, escalation: z.string() }

/** What `watch` streams and events.jsonl keeps (`screen` events are streamed only). */
export const OrchEvent = z.discriminatedUnion('type', [
  z.object({ ...sessionEvent, type: z.literal('launched'), agent: z.string() }),
  z.object({
    ...sessionEvent,
    type: z.literal('state'),
    from: SessionState,
    to: SessionState,
    reason: z.string(),
  }),
  /** Rows of the screen that are new or changed since the last event, as text. */
  z.object({ ...sessionEvent, type: z.literal('screen'), lines: z.array(z.string()) }),
  z.object({ ...sessionEvent, type: z.literal('blocker'), blocker: Blocker }),
  /** The prompt of a blocker that was told before was read: its question, options and fingerprint. */
  z.object({ ...sessionEvent, type: z.literal('prompt'), blocker: Blocker }),
  /** The blocker is no longer on the screen, or the program went on. */
  z.object({ ...sessionEvent, type: z.literal('unblocked'), blocker: Blocker }),
  /** Another agent than before is in front: one was started by hand, or has ended. */
  z.object({ ...sessionEvent, type: z.literal('in-front'), agent: z.string(), reason: z.string() }),
  /** A COMPLETE: line. */
  z.object({ ...sessionEvent, type: z.literal('complete'), text: z.string() }),
  z.object({
    ...sessionEvent,
    type: z.literal('injection'),
    text: z.string().optional(),
    keys: z.array(z.string()),
    verb: z.enum(['submit', 'type', 'keys', 'answer']),
    confirmed: z.boolean(),
    evidence: z.string(),
    /** Code of the failure. */
    error: z.string().optional(),
    /** Of the prompt that was answered. */
    fingerprint: z.string().optional(),
  }),
  /** A text waits for its moment: a draft or a dialog is in front, or the agent works. */
  z.object({ ...sessionEvent, type: z.literal('typing-waits'), reason: z.string() }),
  /** A blocker is on its way to someone who can answer it. */
  z.object({
    ...escalationEvent,
    type: z.literal('escalation'),
    agent: z.string(),
    kind: BlockerKind,
    text: z.string(),
    level: z.string(),
    noticedAt: z.iso.datetime(),
  }),
  /** Somebody was told of it, or could not be. */
  z.object({
    ...escalationEvent,
    type: z.literal('announced'),
    level: z.string(),
    channel: z.string(),
    to: z.string(),
    ok: z.boolean(),
    why: z.string().optional(),
  }),
  /** It went up, or was passed on. */
  z.object({
    ...escalationEvent,
    type: z.literal('raised'),
    from: z.string(),
    to: z.string(),
    reason: z.string(),
  }),
  /** Somebody is on it (`ack`), or wants to hear of it later (`snooze`): its clock stands until then. */
  z.object({
    ...escalationEvent,
    type: z.literal('escalation-held'),
    from: z.string(),
    how: z.enum(['ack', 'snooze']),
    until: z.iso.datetime(),
  }),
  z.object({
    ...escalationEvent,
    type: z.literal('answer-received'),
    from: z.string(),
    via: z.string(),
    /** Empty for a secret. */
    choice: z.string(),
    verdict: z.enum(['taken', 'refused', 'late', 'failed']),
    /** The event comes when it is known what became of the answer. */
    receivedAt: z.iso.datetime().optional(),
    rule: z.string().optional(),
    why: z.string().optional(),
  }),
  /** One step of the delivery of an answer, or of a text whose terminal could not be reached. */
  z.object({
    ...sessionEvent,
    type: z.literal('delivered'),
    escalation: z.string().optional(),
    /** The message in which it waits, or waited. */
    message: z.string().optional(),
    step: z.string(),
    confirmed: z.boolean(),
    why: z.string(),
  }),
  z.object({
    ...escalationEvent,
    type: z.literal('escalation-closed'),
    outcome: z.string(),
    reason: z.string(),
    from: z.string().optional(),
    via: z.string().optional(),
  }),
  /** A session is stopped by the limit of its account, or is made to go on after it. */
  z.object({
    ...sessionEvent,
    type: z.literal('limit'),
    account: z.string(),
    what: z.string(),
    why: z.string(),
    until: z.iso.datetime().optional(),
  }),
  z.object({ ...sessionEvent, type: z.literal('exited'), exitCode: z.int().optional(), reason: z.string() }),
  z.object({ ...sessionEvent, type: z.literal('closed') }),
  z.object({ ...sessionEvent, type: z.literal('renamed'), to: z.string() }),
  /** Nothing is started on the account any more, or is again. */
  z.object({
    ...eventBase,
    type: z.literal('account-limit'),
    account: z.string(),
    title: z.string(),
    kind: z.enum(['limit', 'login']),
    what: z.string(),
    why: z.string(),
    until: z.iso.datetime().optional(),
  }),
  /** A file of the configuration was changed; `ok: false`: it is broken, and what was before stays in force. */
  z.object({ ...eventBase, type: z.literal('config'), ok: z.boolean(), path: z.string(), why: z.string() }),
  /** Somebody has to know of a task of the YAML files; repeated ones are folded. */
  z.object({
    ...eventBase,
    type: z.literal('task-alert'),
    task: z.string(),
    on: z.string(),
    severity: z.string(),
    text: z.string(),
    count: z.int(),
    run: z.string().optional(),
  }),
  /** What became of a task document of a project. */
  z.object({
    ...eventBase,
    type: z.literal('project-task'),
    project: z.string(),
    task: z.string(),
    what: z.enum(['started', 'blocked', 'goes-on', 'retrying', 'completed', 'failed', 'cancelled']),
    why: z.string(),
  }),
  z.object({ ...eventBase, type: z.literal('terminal'), state: z.string(), why: z.string() }),
])
export type OrchEvent = z.infer<typeof OrchEvent>

type WithoutBase<E> = E extends { session: string }
  ? Omit<E, 'id' | 'ts' | 'session' | 'name' | 'task'>
  : never

/** An event of one session, without what is the same in all of them. */
export type SessionEvent = WithoutBase<OrchEvent>

/** One picture of a session for `attach`: the whole screen with styles as escape sequences. */
export const Frame = z.object({
  columns: z.int(),
  rows: z.int(),
  lines: z.array(z.string()),
  cursor: z.object({ x: z.int(), y: z.int() }),
  exited: z.boolean(),
  /** The program wants pastes to be marked as such. */
  bracketedPaste: z.boolean(),
})
export type Frame = z.infer<typeof Frame>
