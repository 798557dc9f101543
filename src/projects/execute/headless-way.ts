/** How an agent is run without a terminal, and what is made of its output. */
import { basename } from 'node:path'
import { headlessCommand } from '../../agents/headless/headless-command.ts'
import type { OutputFormat, PermissionMode } from '../../agents/headless/headless-shape.ts'
import type { AskedProgram } from '../../agents/headless/permission-hook.ts'
import type { AgentProfile, AgentStart } from '../../agents/profile-schema.ts'
import { OrchError } from '../../lib/errors.ts'
import type { ExecutorOptions } from './executor-options.ts'

export interface HeadlessOrder {
  prompt: string
  /** In its place where it is too long for an argument. */
  shortPrompt: string
  model?: string | undefined
  /** Absent: what the agent is given mostly. */
  permissions?: PermissionMode | undefined
  /** Id for the conversation, if the agent can be told. */
  conversation: string
  /** Asked for what the permissions do not allow, if the agent can ask. */
  asked: AskedProgram
}

export interface HeadlessWork {
  /** Program and arguments. */
  words: string[]
  /** The prompt is its standard input. */
  byStdin: boolean
  env: Record<string, string>
  permissions?: PermissionMode
  /** It may wait for an answer. */
  asks: boolean
}

export interface HeadlessWay {
  /** @throws {OrchError} for what it cannot be told */
  work(order: HeadlessOrder): HeadlessWork
  /** With a terminal as well. @throws {OrchError} when it cannot be told one */
  modelArguments(model: string): string[]
  output: OutputFormat
}

/** Longest prompt that is an argument, in bytes; Linux takes 128 KiB for one. */
const mostArgumentBytes = 100_000

/** How the agent of this name is run; undefined when there is none. */
export function wayOf(
  options: Pick<ExecutorOptions, 'config' | 'profiles'>,
  agent: string,
): HeadlessWay | undefined {
  const { agents } = options.config()
  const start = Object.hasOwn(agents, agent) ? agents[agent] : undefined
  if (!start) return undefined
  const profile = options.profiles().get(agent)?.profile
  return profile ? profileWay(profile, start) : plainWay(agent, start)
}

/** As its profile says; where config.yaml has another place for the same program, that one. */
function profileWay(profile: AgentProfile, start: AgentStart): HeadlessWay {
  const { headless, title } = profile
  const { prompt: by = 'stdin', model: modelWords = [], output = 'text' } = headless ?? {}
  return {
    output,
    work({ prompt, shortPrompt, ...rest }) {
      const text = typeof by === 'string' ? prompt : asArgument(prompt, shortPrompt)
      const { words, stdin, env, permissions, asks } = headlessCommand(profile, { ...rest, prompt: text })
      const [program = '', ...args] = words
      const [placed = program] = start.command
      const same = basename(placed) === basename(program) ? placed : program
      return { words: [same, ...args], byStdin: stdin !== undefined, env, permissions, asks }
    },
    modelArguments(model) {
      if (modelWords.length === 0) throw noModel(title)
      return modelWords.map((word) => word.split('{model}').join(model))
    },
  }
}

/** Any program: it gets its task as it does in a terminal, and what it prints is what it says. */
function plainWay(agent: string, { command, task, taskArguments, env }: AgentStart): HeadlessWay {
  return {
    output: 'text',
    work({ prompt, shortPrompt, model, permissions }) {
      if (model !== undefined) throw noModel(agent)
      if (permissions !== undefined && permissions !== 'full') {
        throw new OrchError(
          'usage',
          `${agent} cannot be held to ${permissions}: it has no permission modes.`,
          {
            hint: 'Use `permissions: full`.',
          },
        )
      }
      const byArgument = task === 'argument' ? [...taskArguments, asArgument(prompt, shortPrompt)] : []
      return { words: [...command, ...byArgument], byStdin: task === 'typed', env, asks: false }
    },
    modelArguments() {
      throw noModel(agent)
    },
  }
}

function asArgument(prompt: string, shortPrompt: string): string {
  return Buffer.byteLength(prompt) <= mostArgumentBytes ? prompt.trimEnd() : shortPrompt
}

function noModel(agent: string): OrchError {
  return new OrchError('usage', `${agent} cannot be given a model.`, {
    hint: 'Take `model` out, or put it into the command of the agent in config.yaml.',
  })
}
