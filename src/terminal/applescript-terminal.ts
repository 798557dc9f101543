/** Reads and types through AppleScript, for sessions of iTerm2 while its API cannot be reached. */
import { AppleScriptError, runAppleScript } from '../iterm2/applescript.ts'
import { targetApplication } from '../iterm2/application.ts'
import type { JsonValue } from '../iterm2/json.ts'
import { Line } from '../iterm2/screen/line.ts'
import { OrchError } from '../lib/errors.ts'
import type { Picture, TypingTerminal } from './terminal.ts'

/** A Mac under load starts `osascript` within this; macOS asks for the Automation permission meanwhile. */
const timeoutMs = 10_000
/** AppleScript's word for a program that may not send Apple events to another. */
const notPermitted = -1743

/** All that one script run tells of a session. */
interface SessionFacts {
  tty: string
  columns: number
  rows: number
  job: string
  lines: string[]
}

/** The terminal through AppleScript, or why there is none. */
export function scriptable(platform: NodeJS.Platform): TypingTerminal | string {
  return platform === 'darwin' ? new AppleScriptTerminal() : 'AppleScript exists only on macOS'
}

/**
 * The part of the port that the scripting dictionary has. A screen comes as text alone; `write text` takes
 * control characters as they are. What it does not know (modes, the tree of processes) is null.
 */
class AppleScriptTerminal implements TypingTerminal {
  readonly #application: string
  /** Reads for several variables at once share one script. */
  readonly #reading = new Map<string, Promise<SessionFacts>>()

  constructor(env: NodeJS.ProcessEnv = process.env) {
    this.#application = targetApplication(env)
  }

  async readScreen(session: string): Promise<Picture> {
    const { lines, columns, rows } = await this.#read(session)
    const shown = lines.findLastIndex((line) => line.trim() !== '')
    const last = Math.max(0, shown)
    return {
      ...{ first: 0, columns, rows },
      lines: lines.map((text) => new Line({ text })),
      cursor: { x: [...(lines[last] ?? '')].length, y: last },
      textOnly: true,
    }
  }

  async sendText(session: string, text: string): Promise<void> {
    await this.#run('write-session', { sessionId: session, typedText: text }, 'type into the session')
  }

  /** A session whose program has ended may still be shown: then what is typed is seen not to be taken. */
  async isAlive(session: string): Promise<boolean> {
    try {
      await this.#read(session)
      return true
    } catch (error) {
      if (error instanceof OrchError && error.code === 'session-gone') return false
      throw error
    }
  }

  async variable(session: string, name: string): Promise<JsonValue> {
    if (name !== 'jobName' && name !== 'tty') return null
    const running = this.#reading.get(session) ?? this.#read(session)
    this.#reading.set(session, running)
    try {
      const { job, tty } = await running
      return (name === 'tty' ? tty : job) || null
    } finally {
      this.#reading.delete(session)
    }
  }

  async #read(session: string): Promise<SessionFacts> {
    const text = await this.#run('read-session', { sessionId: session }, 'read the screen')
    const [, tty = '', columns, rows, job = '', ...lines] = text.split(/\r\n|\r|\n/u)
    return { tty, columns: Number(columns) || 80, rows: Number(rows) || lines.length, job, lines }
  }

  /** @throws {OrchError} `terminal-unavailable`, `session-gone`, `failed`. */
  async #run(script: string, texts: Record<string, string>, what: string): Promise<string> {
    let answer: string
    try {
      answer = await runAppleScript(script, { targetName: this.#application, ...texts }, timeoutMs)
    } catch (error) {
      throw error instanceof AppleScriptError ? unavailable(what, error) : error
    }
    if (answer === 'missing')
      throw new OrchError('session-gone', `Could not ${what}: iTerm2 does not have it.`)
    if (answer !== 'not-running') return answer
    throw new OrchError(
      'terminal-unavailable',
      `Could not ${what} through AppleScript: iTerm2 is not running.`,
      {
        hint: 'Start iTerm2.',
      },
    )
  }
}

function unavailable(what: string, error: AppleScriptError): OrchError {
  if (error.number === notPermitted) {
    const why = 'macOS does not let this program control iTerm2'
    return new OrchError('terminal-unavailable', `Could not ${what} through AppleScript: ${why}.`, {
      hint: 'Allow it in System Settings > Privacy & Security > Automation.',
      cause: error,
    })
  }
  return new OrchError('terminal-unavailable', `Could not ${what} through AppleScript: ${error.message}`, {
    hint: 'Run `iterm-orch doctor`.',
    cause: error,
  })
}
