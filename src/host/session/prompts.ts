/** Shell prompts and commands, as shell integration marks them (OSC 133). */
import { newUuid } from '../../lib/ids.ts'
import { plainText } from '../../lib/plain-text.ts'
import {
  type GetPromptResponse,
  GetPromptResponseState,
  GetPromptResponseStatus,
} from '../../messages/iterm2.ts'
import type { Cursor, PromptEvent } from '../session-types.ts'
import type { Emulator } from './emulator.ts'

/** Prompts that are remembered; the oldest go first. */
const maxPrompts = 500

/** Longest command that is kept, in characters. */
const longestCommand = 16_384

interface Prompt {
  id: string
  start: Cursor
  /** End of the prompt, where the command begins. */
  commandStart?: Cursor
  outputStart?: Cursor
  outputEnd?: Cursor
  command?: string
  directory?: string
  state: GetPromptResponseState
  exitStatus?: number
}

interface PromptContext {
  /** The shell's directory, if it is known. */
  directory(): string | undefined
  event(event: PromptEvent): void
  promptStarted(): void
  commandStarted(command: string): void
}

export class Prompts {
  #prompts: Prompt[] = []
  readonly #emulator: Emulator
  readonly #context: PromptContext

  constructor(emulator: Emulator, context: PromptContext) {
    this.#emulator = emulator
    this.#context = context
    emulator.onReset(() => {
      this.#prompts = []
    })
    emulator.onOsc(133, (data) => {
      this.#mark(data)
      return true
    })
  }

  /** Oldest first; a prompt whose lines are all lost is forgotten. */
  ids(): string[] {
    this.#forgetLost()
    return this.#prompts.map(({ id }) => id)
  }

  /** The prompt of this id; the last one without. */
  get(id?: string): GetPromptResponse | undefined {
    this.#forgetLost()
    const prompt = id === undefined ? this.#prompts.at(-1) : this.#prompts.find((one) => one.id === id)
    return prompt && this.#response(prompt)
  }

  /** The places that must move along when lines are wrapped anew. */
  marks(): Cursor[] {
    return this.#prompts.flatMap(({ start, commandStart, outputStart, outputEnd }) =>
      [start, commandStart, outputStart, outputEnd].filter((mark) => mark !== undefined),
    )
  }

  #mark(data: string): void {
    // Full-screen programs have no prompts; their marks would point into the history.
    if (this.#emulator.alternate) return
    const [letter, ...parameters] = data.split(';')
    if (letter === 'A') this.#promptStart()
    else if (letter === 'B') this.#commandStart()
    else if (letter === 'C') this.#outputStart(parameters)
    else if (letter === 'D') this.#finish(parameters)
  }

  #promptStart(): void {
    this.#context.promptStarted()
    const start = this.#emulator.cursor()
    const last = this.#prompts.at(-1)
    // A shell that draws its prompt again, after a resize for example, means the same prompt.
    if (last?.state === GetPromptResponseState.EDITING && last.start.y === start.y) {
      last.start = start
      return
    }
    this.#prompts.push({ id: newUuid(), start, state: GetPromptResponseState.EDITING })
    if (this.#prompts.length > maxPrompts) this.#prompts.shift()
  }

  #commandStart(): void {
    const prompt = this.#editing()
    if (!prompt) return
    const first = prompt.commandStart === undefined
    prompt.commandStart = this.#emulator.cursor()
    const directory = this.#context.directory()
    if (directory !== undefined) prompt.directory = directory
    if (first) this.#context.event({ kind: 'prompt', prompt: this.#response(prompt) })
  }

  #outputStart(parameters: string[]): void {
    const prompt = this.#editing()
    if (!prompt) return
    prompt.outputStart = this.#emulator.cursor()
    prompt.command = commandText(reportedCommand(parameters) ?? this.#typedCommand(prompt))
    prompt.state = GetPromptResponseState.RUNNING
    this.#context.commandStarted(prompt.command)
    this.#context.event({ kind: 'command-start', promptId: prompt.id, command: prompt.command })
  }

  #finish([code = '']: string[]): void {
    const prompt = this.#prompts.at(-1)
    if (!prompt || prompt.state === GetPromptResponseState.FINISHED) return
    const ran = prompt.state === GetPromptResponseState.RUNNING
    // Straight after B it is an abort: nothing was run, and nothing is told.
    if (!ran && !prompt.commandStart) return
    prompt.state = GetPromptResponseState.FINISHED
    prompt.outputEnd = this.#emulator.cursor()
    if (!ran) return
    prompt.exitStatus = Number.parseInt(code, 10) || 0
    this.#context.event({ kind: 'command-end', promptId: prompt.id, status: prompt.exitStatus })
  }

  #editing(): Prompt | undefined {
    const last = this.#prompts.at(-1)
    return last?.state === GetPromptResponseState.EDITING ? last : undefined
  }

  #typedCommand({ commandStart, outputStart }: Prompt): string {
    if (!commandStart || !outputStart) return ''
    return this.#emulator.textBetween(commandStart, outputStart).trim()
  }

  #forgetLost(): void {
    const { overflow } = this.#emulator.lineInfo()
    const end = ({ start, commandStart, outputStart, outputEnd, state }: Prompt) =>
      state === GetPromptResponseState.RUNNING
        ? Number.POSITIVE_INFINITY
        : (outputEnd ?? outputStart ?? commandStart ?? start).y
    this.#prompts = this.#prompts.filter((prompt) => end(prompt) >= overflow)
  }

  #response(prompt: Prompt): GetPromptResponse {
    const { start, commandStart, outputStart, outputEnd, command, directory, exitStatus } = prompt
    const response: GetPromptResponse = {
      status: GetPromptResponseStatus.OK,
      uniquePromptId: prompt.id,
      promptState: prompt.state,
    }
    if (commandStart) {
      response.promptRange = { start: { ...start }, end: { ...commandStart } }
      const end = outputStart ?? outputEnd ?? this.#emulator.cursor()
      response.commandRange = { start: { ...commandStart }, end: { ...end } }
      response.command = command ?? this.#emulator.textBetween(commandStart, end).trim()
    }
    if (outputStart) {
      response.outputRange = {
        start: { ...outputStart },
        end: { ...(outputEnd ?? this.#emulator.cursor()) },
      }
    }
    if (directory !== undefined) response.workingDirectory = directory
    if (exitStatus !== undefined) response.exitStatus = exitStatus
    return response
  }
}

/** Lines stay lines; everything else that cannot be seen goes. */
function commandText(command: string): string {
  return command
    .slice(0, longestCommand)
    .split('\n')
    .map((line) => plainText(line, longestCommand))
    .join('\n')
}

/** Some shells say the command themselves: `C;cmdline_url=<percent-encoded>`. */
function reportedCommand(parameters: string[]): string | undefined {
  const encoded = parameters.find((one) => one.startsWith('cmdline_url='))?.slice('cmdline_url='.length)
  if (encoded === undefined) return undefined
  try {
    return decodeURIComponent(encoded)
  } catch {
    return undefined
  }
}
