/** What an agent is started with: its task and its operating instructions. */
import type { AgentStart } from '../agents/profile-schema.ts'
import { type BriefRole, briefFor } from '../coordination/brief.ts'
import { writeFileAtomic } from '../lib/atomic-file.ts'
import { OrchError } from '../lib/errors.ts'
import { mailboxOf } from './session-mailbox.ts'
import type { RecordStore, SessionRecord } from './session-record.ts'
import type { Task } from './task.ts'

/** How the instructions reach the agent. */
export interface BriefPlan {
  role: BriefRole
  /** Arguments of the program, with places for the text or its file; without any it stands behind the task. */
  arguments: readonly string[]
}

export interface HandOver {
  task: Task
  taskBy: AgentStart['task']
  taskArguments: readonly string[]
  brief: BriefPlan | undefined
}

/** Longest text that is handed over as an argument; Linux takes 128 KiB for one, agents show less. */
const maxArgument = 32_768

/**
 * @param wanted undefined: a worker's, where the profile of the agent says how
 * @throws {OrchError} `usage` when one is wanted for a program that gets no text
 */
export function planBrief(
  profile: AgentStart,
  wanted: BriefRole | 'none' | undefined,
): BriefPlan | undefined {
  const role = wanted ?? 'worker'
  if (role === 'none' || (wanted === undefined && profile.brief === 'none')) return undefined
  if (typeof profile.brief !== 'string') return { role, arguments: profile.brief }
  if (profile.task !== 'none') return { role, arguments: [] }
  throw new OrchError('usage', 'The program is given no task, so it cannot be given a brief either.', {
    hint: 'Leave --brief away; `iterm-orch brief` prints it.',
  })
}

/** Writes the texts into files of the session; gives the arguments of the program that hand them over. */
export function handOver(store: RecordStore, record: SessionRecord, plan: HandOver): string[] {
  const { task, taskBy, taskArguments, brief } = plan
  const instructions = brief === undefined ? '' : briefOf(brief, record)
  const behind = brief?.arguments.length === 0
  const text = behind ? `${task.prompt.trimEnd()}\n\n---\n\n${instructions}` : task.prompt
  const taskPath = store.taskPath(record.id)
  if (taskBy !== 'none') writeFileAtomic(taskPath, text)
  return [
    ...(brief === undefined || behind ? [] : briefArguments(store, record, brief, instructions)),
    ...(taskBy === 'argument'
      ? [...taskArguments, asArgument(text, behind ? taskPath : (task.file ?? taskPath))]
      : []),
  ]
}

function briefOf({ role }: BriefPlan, record: SessionRecord): string {
  return briefFor(role, { agent: record.name, mailbox: mailboxOf(record), task: record.thread, given: true })
}

function briefArguments(store: RecordStore, { id }: SessionRecord, brief: BriefPlan, text: string): string[] {
  const file = store.briefPath(id)
  writeFileAtomic(file, text)
  // A function, since `$` in a replacement means something.
  return brief.arguments.map((template) =>
    template.replace(/\{(?:file|text)\}/g, (place) => (place === '{file}' ? file : text)),
  )
}

function asArgument(text: string, file: string): string {
  const shown = Buffer.byteLength(text) > maxArgument ? `Read ${file} and do what it says.` : text
  // A prompt that begins with a dash would be read as an option.
  return shown.startsWith('-') ? ` ${shown}` : shown
}
