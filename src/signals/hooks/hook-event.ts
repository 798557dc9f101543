/** From a report of a hook to a signal. Pure. */
import { z } from 'zod'
import { plainText } from '../../lib/plain-text.ts'
import { backgroundTasks, meaningOf } from './event-meanings.ts'
import { HookPayload, type Question } from './hook-payload.ts'
import type { HookQuestion, HookSignal } from './hook-signal.ts'
import { parsePayload } from './payload.ts'

/** Longest of what is shown to people, in characters. */
const longestMessage = 2_000
const longestCommand = 4_000
const longestName = 200

export const HookReport = z.object({
  id: z.string().min(1).max(100),
  at: z.number().nonnegative(),
  agent: z.string().max(longestName),
  event: z.string().max(longestName).optional(),
  session: z.string().max(longestName).optional(),
  payload: z.record(z.string(), z.unknown()),
})
export type HookReport = z.infer<typeof HookReport>

/** The signal in a report. An event that is not known gives one without a state. */
export function readHookReport(report: HookReport): HookSignal {
  // The reporter has done so already; others may post, too.
  const payload = HookPayload.parse(parsePayload(JSON.stringify(report.payload)) ?? {})
  const event = payload.hook_event_name ?? payload.type ?? report.event ?? 'unknown'
  const { state, sure = true, late = 0, blocker } = meaningOf(event, payload)
  const { tool_name, tool_input, details } = payload
  const background = backgroundTasks(payload)
  return {
    id: report.id,
    session: report.session,
    agent: report.agent,
    event: plainText(event, longestName),
    source: payload.source,
    at: report.at,
    state,
    sure,
    late,
    blocker,
    tool: shown(tool_name, longestName),
    command: shown(
      tool_input?.command ?? details?.command ?? tool_input?.file_path ?? tool_input?.url ?? tool_input?.plan,
      longestCommand,
    ),
    questions: tool_input?.questions?.map(questionOf),
    message: shown(messageOf(payload), longestMessage),
    backgroundTasks: background > 0 ? background : undefined,
    subagent: payload.agent_id,
    conversationId: conversationOf(payload.session_id ?? payload['thread-id']),
    transcriptPath: payload.transcript_path,
    cwd: payload.cwd,
  }
}

/** It becomes an argument of the agent's command; no agent's id looks otherwise. */
function conversationOf(id: string | undefined): string | undefined {
  return id !== undefined && /^[A-Za-z0-9][\w.-]{0,199}$/u.test(id) ? id : undefined
}

function messageOf(payload: HookPayload): string | undefined {
  return (
    payload.message ??
    payload.tool_input?.description ??
    payload.last_assistant_message ??
    payload['last-assistant-message'] ??
    payload.prompt_response ??
    payload.prompt ??
    payload.error
  )
}

function questionOf({ question, options, multiSelect }: z.infer<typeof Question>): HookQuestion {
  return {
    question: plainText(question, longestMessage),
    options: options.map((label) => plainText(label, longestName)),
    several: multiSelect,
  }
}

/** Lines are kept apart: a command of several lines is none of one. */
function shown(value: string | undefined, limit: number): string | undefined {
  const lines = value?.slice(0, limit).split(/\r\n|\r|\n/)
  return lines?.map((line) => plainText(line, limit)).join('\n')
}
