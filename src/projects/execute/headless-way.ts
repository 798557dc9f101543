/** How an agent is run without a terminal, and what is made of its output. */
import type { AgentStart } from '../../agents/profile-schema.ts'
import { OrchError } from '../../lib/errors.ts'
import type { Permissions } from '../project-settings.ts'
import type { WorkerOutput } from '../run/task-result.ts'
import type { ExecutorOptions } from './executor-options.ts'

export interface HeadlessOrder {
  prompt: string
  /** File with the prompt. */
  promptFile: string
  model?: string | undefined
  permissions: Permissions
}

export interface HeadlessCommand {
  /** Program and arguments. */
  words: string[]
  /** The prompt is its standard input. */
  byStdin: boolean
  env: Record<string, string>
}

export interface HeadlessWord {
  output: WorkerOutput
  /** Why it failed, in its own words, whatever its exit code says. */
  error?: string
}

export interface HeadlessWay {
  /** @throws {OrchError} `invalid-task` for what it cannot be told */
  command(order: HeadlessOrder): HeadlessCommand
  /** With a terminal as well. @throws {OrchError} `invalid-task` when it cannot be told one */
  modelArguments(model: string): string[]
  read(printed: { stdout: string; stderr: string; exitCode: number | undefined }): HeadlessWord
}

/** Longest prompt that is an argument, in bytes; Linux takes 128 KiB for one. */
const mostArgumentBytes = 100_000
/** Of the words that are shown as what it said last. In characters. */
const mostSummary = 2_000

/** How the agent of this name is run; undefined when there is none. */
export function wayOf(options: ExecutorOptions, agent: string): HeadlessWay | undefined {
  const { agents } = options.config()
  const start = Object.hasOwn(agents, agent) ? agents[agent] : undefined
  return start && plainWay(agent, start)
}

/** Any program: it gets its task as it does in a terminal, and what it prints is what it says. */
function plainWay(agent: string, { command, task, taskArguments, env }: AgentStart): HeadlessWay {
  return {
    command({ prompt, promptFile, model }) {
      if (model !== undefined) throw noModel(agent)
      const byArgument = task === 'argument' ? [...taskArguments, asArgument(prompt, promptFile)] : []
      return { words: [...command, ...byArgument], byStdin: task === 'typed', env }
    },
    modelArguments() {
      throw noModel(agent)
    },
    read: ({ stdout }) => ({ output: { summary: lastWords(stdout) } }),
  }
}

function noModel(agent: string): OrchError {
  return new OrchError('invalid-task', `Agent ${agent} cannot be told a model.`, {
    hint: 'Take `model` out, or put it into the command of the agent in config.yaml.',
  })
}

function asArgument(prompt: string, promptFile: string): string {
  if (Buffer.byteLength(prompt) <= mostArgumentBytes) return prompt
  return `Your task is in the file ${promptFile}. Read it, and do what it says.`
}

/** The last paragraphs of what it printed. */
export function lastWords(text: string): string {
  const end = text.trimEnd().slice(-mostSummary)
  return end.length < mostSummary ? end.trimStart() : end.slice(end.indexOf('\n') + 1)
}
