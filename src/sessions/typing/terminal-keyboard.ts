/** The keyboard of a session in its terminal. */
import type { AgentProfile } from '../../agents/profile-schema.ts'
import type { ForegroundProgram } from '../../agents/program-names.ts'
import type { JsonValue } from '../../iterm2/json.ts'
import { errorMessage, OrchError } from '../../lib/errors.ts'
import type { TypingTerminal } from '../../terminal/terminal.ts'
import { readForegroundProgram } from '../job-tracker.ts'
import type { TapView } from '../tap-view.ts'
import type { Keyboard, Look, ProgramFacts, ReadPicture, TypingProfile } from './keyboard.ts'
import { readModes } from './program-modes.ts'
import { ttySettings } from './tty-settings.ts'
import { isUnreachable } from './way.ts'

export interface KeyboardSource {
  profile: TypingProfile
  read: ReadPicture
  /** The agent that the process table names; undefined: none. */
  agentOf(program: ForegroundProgram): Pick<AgentProfile, 'name' | 'title'> | undefined
  reportedWork(): number | undefined
  /** The tap in front of the program: the terminal sees only that, and its device says nothing of the program. */
  tap?: Pick<TapView, 'modes' | 'foreground'>
}

export class TerminalKeyboard implements Keyboard {
  readonly profile: TypingProfile
  readonly #terminal: TypingTerminal
  readonly #session: string
  readonly #source: KeyboardSource

  /** @param session the session's id in the terminal */
  constructor(terminal: TypingTerminal, session: string, source: KeyboardSource) {
    this.#terminal = terminal
    this.#session = session
    this.#source = source
    this.profile = source.profile
  }

  async facts(): Promise<ProgramFacts> {
    const { tap, agentOf } = this.#source
    const [program, modes] = await Promise.all([
      tap ? tap.foreground() : this.#foreground(),
      readModes((name) => this.#variable(name), tap),
    ])
    const settings = program?.tty === undefined ? undefined : await ttySettings(program.tty)
    return {
      job: program?.job,
      ancestors: program?.ancestors ?? [],
      agent: program && agentOf(program),
      bracketedPaste: modes.bracketedPaste,
      alternateScreen: modes.alternateScreen,
      applicationCursor: modes.applicationCursor,
      canonical: settings?.canonical,
      echo: settings?.echo,
    }
  }

  /** The foreground job as the terminal knows it. */
  async #foreground(): Promise<ForegroundProgram & { tty?: string }> {
    const [program, tty] = await Promise.all([
      readForegroundProgram((name) => this.#variable(name)),
      this.#variable('tty'),
    ])
    return { ...program, ...(typeof tty === 'string' && { tty }) }
  }

  async look(): Promise<Look> {
    const picture = await this.#terminal.readScreen(this.#session)
    return { picture, reading: this.#source.read(picture), at: Date.now() }
  }

  send(bytes: string): Promise<void> {
    return this.#terminal.sendText(this.#session, bytes)
  }

  async ended(): Promise<boolean> {
    return !(await this.#terminal.isAlive(this.#session))
  }

  reportedWork(): number | undefined {
    return this.#source.reportedWork()
  }

  /** A terminal that does not know a variable is no reason not to type. */
  async #variable(name: string): Promise<JsonValue> {
    try {
      return await this.#terminal.variable(this.#session, name)
    } catch (error) {
      if (error instanceof OrchError && error.code === 'failed') return null
      if (isUnreachable(error)) throw error
      throw new OrchError('session-gone', `Could not ask about the program: ${errorMessage(error)}`, {
        hint: 'See `iterm-orch ps`.',
        cause: error,
      })
    }
  }
}
