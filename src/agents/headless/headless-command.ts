/** From a profile and a task to the command that does it without a terminal. */
import { OrchError } from '../../lib/errors.ts'
import type { AgentProfile } from '../profile-schema.ts'
import type { HeadlessShape, OutputFormat, PermissionMode } from './headless-shape.ts'
import { type AskedProgram, permissionHookSettings } from './permission-hook.ts'

export interface HeadlessTask {
  prompt: string
  model?: string | undefined
  /** Absent: `accept-edits`, for an agent that has modes. */
  permissions?: PermissionMode | undefined
  /** A UUID that a new conversation is to have, if the agent can be told. */
  conversation?: string | undefined
  /** The conversation that is to go on. */
  resume?: string | undefined
  /** Asked for what the permissions do not allow, where the agent can ask; absent: that is denied. */
  asked?: AskedProgram | undefined
}

export interface HeadlessCommand {
  /** Program and arguments. */
  words: string[]
  /** What it has to find on its standard input; absent: nothing. */
  stdin?: string
  /** Added to its environment. */
  env: Record<string, string>
  /** How to read what it prints. */
  output: OutputFormat
  /** As it works now. */
  permissions: PermissionMode
  /** It asks for what they do not allow; false: that is denied, and it is told so. */
  asks: boolean
}

export const defaultPermissions: PermissionMode = 'accept-edits'

/** Linux takes no longer argument, in bytes with the NUL at its end (MAX_ARG_STRLEN: 32 pages). */
const longestArgument = 128 * 1024 - 1

/** @throws {OrchError} when the agent cannot do that */
export function headlessCommand(profile: AgentProfile, task: HeadlessTask): HeadlessCommand {
  const { headless } = profile
  if (!headless) throw notHeadless(profile)
  const { command, prompt, output, asks } = headless
  const granted = granting(profile, headless, task.permissions)
  // With `full` nothing is left to ask for.
  const asked = granted.mode === 'full' ? undefined : task.asked
  return {
    words: [
      ...command,
      ...granted.arguments,
      ...(asked ? filled(asks ?? [], 'hooks', permissionHookSettings(asked)) : []),
      ...optional(headless.model, 'model', task.model, () => cannot(profile, 'be given a model')),
      ...conversation(profile, headless, task),
      ...(typeof prompt === 'string' ? [] : promptWords(profile, prompt, task.prompt)),
    ],
    ...(prompt === 'stdin' && { stdin: task.prompt }),
    env: { ...headless.env, ...granted.env },
    output,
    permissions: granted.mode,
    asks: asks !== undefined && asked !== undefined,
  }
}

function granting(profile: AgentProfile, { permissions }: HeadlessShape, wanted?: PermissionMode) {
  if (permissions === undefined) {
    if (wanted !== undefined && wanted !== 'full')
      throw cannot(profile, `be held to ${wanted}: it has no permission modes`, 'Use `permissions: full`.')
    return { mode: 'full' as const, arguments: [], env: {} }
  }
  const mode = wanted ?? defaultPermissions
  const granted = permissions[mode]
  if (granted) return { mode, ...granted }
  const offered = Object.keys(permissions).join(', ')
  throw cannot(profile, `work with the permissions ${mode} without a terminal`, `It can: ${offered}.`)
}

function conversation(
  profile: AgentProfile,
  headless: HeadlessShape,
  { conversation, resume }: HeadlessTask,
) {
  if (resume !== undefined)
    return optional(headless.resume, 'id', resume, () => cannot(profile, 'go on with a conversation'))
  // An id of our own is a help only.
  return conversation === undefined ? [] : filled(headless.conversation, 'id', conversation)
}

function optional(
  words: readonly string[],
  name: string,
  value: string | undefined,
  problem: () => OrchError,
): string[] {
  if (value === undefined) return []
  if (words.length === 0) throw problem()
  return filled(words, name, value)
}

function promptWords(profile: AgentProfile, words: readonly string[], prompt: string): string[] {
  const bytes = Buffer.byteLength(prompt)
  if (bytes <= longestArgument) return filled(words, 'prompt', prompt)
  const limit = `a task of ${bytes} bytes: it takes it as an argument, of ${longestArgument} at most`
  throw cannot(profile, `be given ${limit}`, 'Name a file with the rest in it.')
}

function filled(words: readonly string[], name: string, value: string): string[] {
  return words.map((word) => word.split(`{${name}}`).join(value))
}

function cannot({ title }: AgentProfile, what: string, hint?: string): OrchError {
  return new OrchError('usage', `${title} cannot ${what}.`, hint === undefined ? {} : { hint })
}

function notHeadless({ name, title }: AgentProfile): OrchError {
  return new OrchError('usage', `How ${title} works without a terminal is not known.`, {
    hint: `Use \`mode: session\`, or describe it under \`headless:\` in agents/${name}.yaml of the home.`,
  })
}
