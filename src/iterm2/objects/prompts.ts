/** Shell prompts. The terminal knows them only with shell integration (OSC 133). */
import {
  type CoordRange,
  type GetPromptResponse,
  GetPromptResponseState,
  GetPromptResponseStatus,
  ListPromptsResponseStatus,
  type Notification,
  PromptMonitorMode,
} from '../../messages/iterm2.ts'
import type { Requester } from '../api-types.ts'
import { call, requireOk } from '../call.ts'
import type { Connection } from '../connection.ts'
import { requireFeature } from '../features.ts'
import { type Monitor, type MonitorOptions, openMonitor } from '../monitor.ts'

/** Cells from start to before end; y counts absolute lines. */
export interface CellRange {
  start: { x: number; y: number }
  end: { x: number; y: number }
}

export interface Prompt {
  id: string
  /** The command is being typed, is running, or has ended. */
  state: 'editing' | 'running' | 'finished' | 'unknown'
  /** Only of a finished command. */
  exitStatus?: number
  command?: string
  workingDirectory?: string
  promptRange?: CellRange
  commandRange?: CellRange
  /** Its end is the present cursor in iTerm2, even for old prompts. */
  outputRange?: CellRange
  /** Parts of the ranges that are not the user's, such as right prompts. */
  excluded: CellRange[]
}

/** The last prompt, or the one with this id; undefined when there is none. */
export async function readPrompt(
  requester: Requester,
  session: string,
  id?: string,
): Promise<Prompt | undefined> {
  if (id !== undefined) requireFeature(requester, 'prompt-ids')
  const payload = id === undefined ? { session } : { session, uniquePromptId: id }
  const reply = await call(requester, 'getPrompt', payload)
  if (reply.status === GetPromptResponseStatus.PROMPT_UNAVAILABLE) return undefined
  requireOk('read the prompt', reply.status, GetPromptResponseStatus)
  return decodePrompt(reply)
}

/** Ids of the prompts, oldest first, optionally from one id to another. */
export async function listPrompts(
  requester: Requester,
  session: string,
  between: { first?: string; last?: string } = {},
): Promise<string[]> {
  requireFeature(requester, 'prompt-ids')
  const reply = await call(requester, 'listPrompts', {
    session,
    ...(between.first === undefined ? {} : { firstUniqueId: between.first }),
    ...(between.last === undefined ? {} : { lastUniqueId: between.last }),
  })
  requireOk('list the prompts', reply.status, ListPromptsResponseStatus)
  return reply.uniquePromptId ?? []
}

export type PromptEvent = { session: string; id: string } & (
  | { kind: 'prompt'; prompt: Prompt }
  | { kind: 'command-start'; command: string }
  | { kind: 'command-end'; exitStatus: number }
)

const modes = {
  prompt: PromptMonitorMode.PROMPT,
  'command-start': PromptMonitorMode.COMMAND_START,
  'command-end': PromptMonitorMode.COMMAND_END,
} as const

/**
 * Watches the prompts of a session, or of `all`. A command that was interrupted before it began is not told.
 * @param options.kinds all three, unless named; other than `prompt` needs version 1.1
 */
export async function watchPrompts(
  connection: Connection,
  session: string,
  options: MonitorOptions & { kinds?: readonly PromptEvent['kind'][] } = {},
): Promise<Monitor<PromptEvent>> {
  const kinds = options.kinds ?? ['prompt', 'command-start', 'command-end']
  if (kinds.some((kind) => kind !== 'prompt')) requireFeature(connection, 'prompt-monitor-modes')
  const subscription = { type: 'prompt', session, modes: kinds.map((kind) => modes[kind]) } as const
  // The subscription may be shared with monitors of other kinds.
  const wanted = (notification: Notification): PromptEvent | undefined => {
    const event = decodeEvent(notification)
    return event !== undefined && kinds.includes(event.kind) ? event : undefined
  }
  return openMonitor(connection, subscription, wanted, options)
}

function decodeEvent(notification: Notification): PromptEvent | undefined {
  const wire = notification.promptNotification
  if (wire === undefined) return undefined
  const about = { session: wire.session ?? '', id: wire.uniquePromptId ?? '' }
  if (wire.commandStart !== undefined) {
    return { ...about, kind: 'command-start', command: wire.commandStart.command ?? '' }
  }
  if (wire.commandEnd !== undefined) {
    return { ...about, kind: 'command-end', exitStatus: wire.commandEnd.status ?? 0 }
  }
  const prompt = decodePrompt(wire.prompt?.prompt ?? {})
  return { ...about, id: about.id || prompt.id, kind: 'prompt', prompt }
}

const states: Readonly<Record<number, Prompt['state']>> = {
  [GetPromptResponseState.EDITING]: 'editing',
  [GetPromptResponseState.RUNNING]: 'running',
  [GetPromptResponseState.FINISHED]: 'finished',
}

function decodePrompt(wire: GetPromptResponse): Prompt {
  const state = wire.promptState === undefined ? 'unknown' : (states[wire.promptState] ?? 'unknown')
  const prompt: Prompt = {
    id: wire.uniquePromptId ?? '',
    state,
    excluded: (wire.excludedSubranges ?? []).map(decodeRange),
  }
  if (wire.exitStatus !== undefined && state === 'finished') prompt.exitStatus = wire.exitStatus
  if (wire.command !== undefined) prompt.command = wire.command
  if (wire.workingDirectory !== undefined) prompt.workingDirectory = wire.workingDirectory
  if (wire.promptRange !== undefined) prompt.promptRange = decodeRange(wire.promptRange)
  if (wire.commandRange !== undefined) prompt.commandRange = decodeRange(wire.commandRange)
  if (wire.outputRange !== undefined) prompt.outputRange = decodeRange(wire.outputRange)
  return prompt
}

function decodeRange(range: CoordRange): CellRange {
  return {
    start: { x: range.start?.x ?? 0, y: range.start?.y ?? 0 },
    end: { x: range.end?.x ?? 0, y: range.end?.y ?? 0 },
  }
}
