/** The service's HTTP API: every request, answer and event as a zod schema. Paths are in routes.ts. */
import { z } from '@hono/zod-openapi'

/** A session id: a UUID, or any unique prefix of one, a name, or a task. */
export const SessionRef = z.string().min(1).max(200)

export const SessionState = z.enum([
  'starting',
  'working',
  'waiting',
  'idle',
  'limited',
  'errored',
  'stuck',
  'exited',
  'unknown',
])

export const BlockerKind = z.enum([
  'permission',
  'question',
  'choice',
  'credential',
  'trust',
  'login',
  'limit',
  'error',
  'stuck',
])

/** Why a session waits. */
export const Blocker = z.object({
  id: z.string(),
  kind: BlockerKind,
  /** The line of the screen that says so. */
  text: z.string(),
  /** Name of the pattern that matched, or `program-status`. */
  source: z.string(),
  since: z.iso.datetime(),
})

export const SessionInfo = z.object({
  /** Our own UUID, given before the program is started. */
  id: z.string(),
  /** The UUID that the terminal knows it by; absent until it was opened. */
  terminalSession: z.string().optional(),
  name: z.string(),
  agent: z.string(),
  task: z.string(),
  cwd: z.string(),
  state: SessionState,
  reason: z.string(),
  since: z.iso.datetime(),
  waitsFor: Blocker.optional(),
  terminal: z.enum(['iterm2', 'host']),
  columns: z.int().optional(),
  rows: z.int().optional(),
  exitCode: z.int().optional(),
  launchedAt: z.iso.datetime(),
})

export const LaunchRequest = z.object({
  /** Task: path of a .md file, name from config.yaml, or the prompt itself. Resolved against `cwd`. */
  task: z.string().min(1),
  agent: z.string().optional(),
  /** `-- any command`: program and arguments, in place of an agent. */
  command: z.array(z.string()).min(1).optional(),
  /** Arguments added to the agent's own command. */
  args: z.array(z.string()).default([]),
  name: z.string().min(1).max(100).optional(),
  /** Absolute. */
  cwd: z.string(),
  layout: z.enum(['tabs', 'panes', 'windows']).default('tabs'),
  count: z.int().min(1).max(100).default(1),
  /** Environment of the person who launches; reaches the program, never a file that stays. */
  env: z.record(z.string(), z.string()).default({}),
})
export const LaunchResponse = z.object({ sessions: z.array(SessionInfo) })

export const SessionList = z.object({ sessions: z.array(SessionInfo) })

export const ReadQuery = z.object({
  /** Last N lines, history included; the screen when absent. */
  lines: z.coerce.number().int().min(1).max(1_000_000).optional(),
  /** Keep colours and styles as escape sequences. */
  ansi: z.coerce.boolean().default(false),
})
export const ReadResponse = z.object({
  session: SessionInfo,
  lines: z.array(z.string()),
  cursor: z.object({ x: z.int(), y: z.int() }),
})

export const InjectRequest = z
  .object({
    text: z.string().optional(),
    /** Press Enter (CR) after the text. */
    submit: z.boolean().default(true),
    /** Keys by name (`enter`, `escape`, `up`, `ctrl-c`, …), pressed in order after the text. */
    keys: z.array(z.string()).default([]),
  })
  .refine((request) => request.text !== undefined || request.keys.length > 0, 'text or keys are needed')
export const InjectResponse = z.object({
  session: SessionInfo,
  /** The screen showed that the program took it. */
  confirmed: z.boolean(),
  /** What the screen showed, in words. */
  evidence: z.string(),
})

export const RenameRequest = z.object({ name: z.string().min(1).max(100) })
export const RestartRequest = z.object({ env: z.record(z.string(), z.string()).default({}) })
export const CloseRequest = z.object({ force: z.boolean().default(false) })

/** Raw typing for `attach`: bytes as base64, written as they are. */
export const InputRequest = z.object({ data: z.base64() })
export const ResizeRequest = z.object({ columns: z.int().min(2).max(1000), rows: z.int().min(2).max(1000) })

export const TerminalStatus = z.object({
  kind: z.enum(['iterm2', 'host']),
  /** One of the client's named connection states. */
  state: z.string(),
  /** Why this terminal was chosen. */
  why: z.string(),
  /** What to do, when it is not connected. */
  fix: z.string().optional(),
  socket: z.string().optional(),
  protocolVersion: z.string().optional(),
})

export const Health = z.object({
  pid: z.int(),
  version: z.string(),
  home: z.string(),
  startedAt: z.iso.datetime(),
  terminal: TerminalStatus,
  sessions: z.int(),
})

const eventBase = { id: z.string(), ts: z.iso.datetime() }
const sessionEvent = { ...eventBase, session: z.string(), name: z.string(), task: z.string() }

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
  /** The blocker is no longer on the screen, or the program went on. */
  z.object({ ...sessionEvent, type: z.literal('unblocked'), blocker: Blocker }),
  /** A COMPLETE: line. */
  z.object({ ...sessionEvent, type: z.literal('complete'), text: z.string() }),
  z.object({
    ...sessionEvent,
    type: z.literal('injection'),
    text: z.string().optional(),
    keys: z.array(z.string()),
    confirmed: z.boolean(),
    evidence: z.string(),
  }),
  z.object({ ...sessionEvent, type: z.literal('exited'), exitCode: z.int().optional(), reason: z.string() }),
  z.object({ ...sessionEvent, type: z.literal('closed') }),
  z.object({ ...sessionEvent, type: z.literal('renamed'), to: z.string() }),
  z.object({ ...eventBase, type: z.literal('terminal'), state: z.string(), why: z.string() }),
])

/** One picture of a session for `attach`: the whole screen with styles as escape sequences. */
export const Frame = z.object({
  columns: z.int(),
  rows: z.int(),
  lines: z.array(z.string()),
  cursor: z.object({ x: z.int(), y: z.int() }),
  exited: z.boolean(),
})

export const ErrorBody = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    hint: z.string().optional(),
    details: z.record(z.string(), z.unknown()).optional(),
  }),
})

export type SessionInfo = z.infer<typeof SessionInfo>
export type SessionState = z.infer<typeof SessionState>
export type Blocker = z.infer<typeof Blocker>
export type BlockerKind = z.infer<typeof BlockerKind>
export type LaunchRequest = z.infer<typeof LaunchRequest>
export type ReadResponse = z.infer<typeof ReadResponse>
export type InjectRequest = z.infer<typeof InjectRequest>
export type InjectResponse = z.infer<typeof InjectResponse>
export type TerminalStatus = z.infer<typeof TerminalStatus>
export type Health = z.infer<typeof Health>
export type OrchEvent = z.infer<typeof OrchEvent>
export type Frame = z.infer<typeof Frame>
export type ErrorBody = z.infer<typeof ErrorBody>
