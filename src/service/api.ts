/** The service's HTTP API: every request, answer and event as a zod schema. Paths are in routes.ts. */
import { z } from 'zod'
import { briefRoles } from '../coordination/brief.ts'
import { SessionInfo, SessionRun } from '../sessions/session-info.ts'
import { When } from '../sessions/typing/when.ts'
import { AnswerGiver } from './escalation-api.ts'

export { Blocker, SessionState } from '../agents/session-state.ts'
export { Frame, OrchEvent, SessionInfo } from '../sessions/session-info.ts'

/** A session id: a UUID, or any unique prefix of one, a name, or a task. */
export const SessionRef = z.string().min(1).max(200)

export const LaunchRequest = z.object({
  /** Task: path of a .md file, name from config.yaml, or the prompt itself. Resolved against `cwd`. */
  task: z.string(),
  /** `task` is the prompt, even where it is also the name of a task or of a file. */
  literal: z.boolean().optional(),
  agent: z.string().optional(),
  /** `-- any command`: program and arguments, in place of an agent. */
  command: z.array(z.string()).min(1).optional(),
  /** Arguments added to the agent's own command. */
  args: z.array(z.string()).default([]),
  name: z.string().optional(),
  /** Absolute. */
  cwd: z.string(),
  layout: z.enum(['tabs', 'panes', 'windows']).default('tabs'),
  count: z.int().min(1).max(100).default(1),
  /** Environment of the person who launches; reaches the program, never a file that stays. */
  env: z.record(z.string(), z.string()).default({}),
  /** When the agent asks whether `cwd` is trusted, the answer is yes. */
  trust: z.boolean().default(false),
  /** Operating instructions for the agent; when absent those of a worker, where the agent's profile says how. */
  brief: z.enum([...briefRoles, 'none']).optional(),
  /**
   * Whether the program runs behind the tap, which tells the service what the program reports of itself.
   * Absent: in iTerm2, when the agent's profile says so.
   */
  tap: z.boolean().optional(),
  /** Also while the account is at its limit, or its login has failed. */
  force: z.boolean().optional(),
  /** The step of a run that it is for: the session is closed when the run is over, and refused when it is already. */
  run: SessionRun.optional(),
})
export const LaunchResponse = z.object({
  sessions: z.array(SessionInfo),
  /** What the launch had to do otherwise than wished, such as using the configuration of before. */
  notice: z.string().optional(),
})
export type LaunchResponse = z.infer<typeof LaunchResponse>

export const SessionList = z.object({ sessions: z.array(SessionInfo) })

export const ReadQuery = z.object({
  /** Last N lines, history included; the screen when absent. */
  lines: z.coerce.number().int().min(1).max(1_000_000).optional(),
  /** Keep colours and styles as escape sequences. */
  ansi: z.enum(['true', 'false']).default('false'),
})
export const ReadResponse = z.object({
  session: SessionInfo,
  lines: z.array(z.string()),
  cursor: z.object({ x: z.int(), y: z.int() }),
})

/** A step of the ladder by which something gets to an agent. */
const DeliveryStepName = z.enum(['api', 'applescript', 'mailbox', 'hook'])

export const InjectRequest = z
  .object({
    text: z.string().optional(),
    /** Press Enter (CR) after the text. */
    submit: z.boolean().default(true),
    /** Keys by name (`enter`, `escape`, `up`, `ctrl-c`, …), pressed in order after the text. */
    keys: z.array(z.string()).default([]),
    /** When the text may be typed; default: what the agent's profile says is safe while it works. */
    when: When.optional(),
    /** How long the text waits for its moment. */
    waitMs: z.int().min(0).max(86_400_000).optional(),
    /** Types also next to somebody's draft, or where no input box is recognised. Never into a dialog. */
    force: z.boolean().default(false),
  })
  .refine((request) => request.text !== undefined || request.keys.length > 0, 'text or keys are needed')
export const InjectResponse = z.object({
  session: SessionInfo,
  /** The screen showed that the program took it. False only when it waits; all else is an error. */
  confirmed: z.boolean(),
  /** What the screen showed, in words; where it waits. */
  evidence: z.string(),
  /** The step that delivered it. */
  delivered: DeliveryStepName,
  /** Id of the message in which it waits in the session's mailbox, to be read or typed when the terminal is back. */
  queued: z.string().optional(),
  /** The steps that were tried, with the reasons of those that failed. */
  attempts: z.array(z.object({ step: DeliveryStepName, confirmed: z.boolean(), why: z.string() })),
})

export const AnswerRequest = z
  .object({
    /** `approve`, `deny`, `cancel`, a number, the label of an option, or text where the prompt takes it. */
    choice: z.string().min(1).optional(),
    /** Numbers of options; several where several may be ticked. */
    options: z.array(z.int().min(1).max(999)).min(1).optional(),
    /** Free text, even if it looks like a choice. */
    text: z.string().optional(),
    /** Of the prompt that is answered: when another one is on the screen nothing is typed. */
    fingerprint: z.string().min(1).max(100).optional(),
    ...AnswerGiver,
  })
  .refine(
    ({ choice, options, text }) => [choice, options, text].filter((part) => part !== undefined).length === 1,
    'exactly one of choice, options and text is needed',
  )
export const AnswerResponse = z.object({
  session: SessionInfo,
  /** The prompt left the screen. */
  confirmed: z.literal(true),
  evidence: z.string(),
  fingerprint: z.string(),
  /** The label of what was chosen; empty for a secret. */
  chosen: z.string(),
  /** It had been answered before, and nothing was typed now. */
  already: z.boolean(),
  delivered: DeliveryStepName,
})

/** No terminal can be reached: the answer waits, and nobody shall take it for given. */
export const AnswerQueued = z.object({
  confirmed: z.literal(false),
  evidence: z.string(),
  delivered: z.literal('mailbox'),
  /** The message in which it waits. */
  queued: z.string(),
})

export const RenameRequest = z.object({ name: z.string() })
export const RestartRequest = z.object({
  env: z.record(z.string(), z.string()).default({}),
  /** Also while the account is at its limit, or its login has failed. */
  force: z.boolean().optional(),
})
/** `tap`: whether the program runs behind the tap from now on; absent: as before. */
export const ResumeRequest = RestartRequest.extend({ tap: z.boolean().optional() })
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
  /** Of this process, without agents and tasks; absent in the answers of older versions. */
  memory: z.object({ bytes: z.int(), limit: z.int() }).optional(),
})

/** One precondition of `doctor`. */
export const DoctorCheck = z.object({
  name: z.string(),
  /** `warn`: works without it, but less well. */
  status: z.enum(['ok', 'warn', 'fail']),
  /** What was found. */
  detail: z.string(),
  /** What to do about it. */
  fix: z.string().optional(),
})
export const DoctorReport = z.object({ terminal: TerminalStatus, checks: z.array(DoctorCheck) })

/** Answer of requests that give nothing back. */
export const Done = z.object({ done: z.literal(true) })

export const ErrorBody = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    hint: z.string().optional(),
    details: z.record(z.string(), z.unknown()).optional(),
  }),
})

export type LaunchRequest = z.infer<typeof LaunchRequest>
export type ReadResponse = z.infer<typeof ReadResponse>
export type InjectRequest = z.infer<typeof InjectRequest>
export type InjectResponse = z.infer<typeof InjectResponse>
export type AnswerRequest = z.infer<typeof AnswerRequest>
export type AnswerResponse = z.infer<typeof AnswerResponse>
export type AnswerQueued = z.infer<typeof AnswerQueued>
export type TerminalStatus = z.infer<typeof TerminalStatus>
export type Health = z.infer<typeof Health>
export type ErrorBody = z.infer<typeof ErrorBody>
export type ReadQuery = z.input<typeof ReadQuery>
export type DoctorCheck = z.infer<typeof DoctorCheck>
export type DoctorReport = z.infer<typeof DoctorReport>
