/** Everything that a session learns from its program, gathered as variables and events. */
import { homedir, hostname, type as systemName, userInfo } from 'node:os'
import { basename } from 'node:path'
import { plainText } from '../../lib/plain-text.ts'
import { ProgramRecords } from '../../lib/program-status/records.ts'
import {
  parseProgramReport,
  programStatusOsc,
  programStatusQuery,
  programStatusRevision,
} from '../../lib/program-status/report.ts'
import type { ExitStatus } from '../../lib/pty/pty.ts'
import type { PromptEvent, SessionSpec, VariableValue } from '../session-types.ts'
import type { Emulator } from './emulator.ts'
import { Facts } from './facts.ts'
import { followNotifications } from './notifications.ts'
import { loginShell } from './program.ts'
import { Prompts } from './prompts.ts'
import { followShell } from './shell-facts.ts'
import { answerQueries } from './terminal-queries.ts'
import { followTitles } from './titles.ts'

interface FactsListener {
  variable(name: string, value: VariableValue): void
  prompt(event: PromptEvent): void
  customEscape(identity: string, payload: string): void
  /** Input for the program that nobody typed. */
  reply(text: string): void
}

/** Numbers that iTerm2 gives to the ways of mouse reporting. */
const mouseModes = { none: -1, x10: 0, vt200: 0, drag: 2, any: 3 } as const

/** Longest texts of a report that are shown, in characters; the protocol's own limits are in bytes. */
const longestReportText = 2_048

export class SessionFacts {
  readonly variables: Facts
  readonly prompts: Prompts
  readonly #spec: SessionSpec
  readonly #emulator: Emulator
  readonly #records = new ProgramRecords()
  #shownModes = ''

  constructor(spec: SessionSpec, emulator: Emulator, listener: FactsListener) {
    this.#spec = spec
    this.#emulator = emulator
    this.variables = new Facts(listener.variable)
    this.prompts = new Prompts(emulator, {
      directory: () => {
        this.deriveNames()
        return textOr(this.variables.get('path'), undefined)
      },
      event: (event) => {
        // What a prompt brings with it (directory, last command) is known before the prompt is.
        this.variables.flush()
        listener.prompt(event)
      },
      promptStarted: () => this.#endActivity(),
      commandStarted: (command) => this.variables.set('lastCommand', command || null),
    })
    followTitles(emulator, this.variables, () => this.deriveNames())
    followShell(emulator, this.variables, listener.customEscape)
    followNotifications(emulator, this.variables)
    answerQueries(emulator, listener.reply)
    this.#followProgramStatus(listener)
    this.#setConstants()
    this.#setModes()
    this.deriveNames()
    this.variables.flush()
  }

  /** After output was parsed: modes and derived values follow, and changes are told. */
  afterOutput(): void {
    this.#setModes()
    this.deriveNames()
    this.variables.changed()
  }

  started(pid: number, tty: string): void {
    this.variables.setAll({ pid, effective_root_pid: pid, tty, 'orch.exitStatus': null })
    this.variables.flush()
  }

  exited({ exitCode, signal }: ExitStatus): void {
    this.#endActivity()
    this.variables.set('orch.exitStatus', { exitCode, signal: signal ?? null })
    this.variables.changed()
  }

  /** What the last program said of itself is not true of the next. */
  restarted(): void {
    this.#records.clear()
    this.#setRecords()
    const stale = ['terminalWindowName', 'terminalIconName', 'orch.reportedDirectory', 'orch.progress']
    for (const name of [...stale, 'orch.sessionStatus', 'orch.jobDirectory', 'lastCommand']) {
      this.variables.set(name, null)
    }
    this.afterOutput()
  }

  /** The name that the session has by itself, and its directory: the best of what is known. */
  deriveNames(): void {
    const { variables } = this
    const program = basename(this.#spec.argv?.[0] ?? loginShell(this.#spec.env))
    const name =
      textOr(variables.get('terminalIconName'), undefined) ??
      textOr(variables.get('terminalWindowName'), undefined) ??
      textOr(variables.get('jobName'), program)
    variables.set('autoName', name)
    variables.set('name', name)
    variables.set('presentationName', name)
    const directory =
      textOr(variables.get('orch.reportedDirectory'), undefined) ??
      textOr(variables.get('orch.jobDirectory'), this.#spec.cwd)
    variables.set('path', directory)
  }

  #setConstants(): void {
    const { env } = this.#spec
    const { columns, rows } = this.#emulator
    this.variables.setAll({
      id: this.#spec.id,
      columns,
      rows,
      bellCount: 0,
      creationTimeString: new Date().toISOString(),
      homeDirectory: env['HOME'] ?? homedir(),
      hostname: hostname(),
      username: env['USER'] ?? userName(),
      shell: basename(loginShell(env)),
      uname: systemName(),
      sshIntegrationLevel: 0,
      'orch.programStatusRevision': programStatusRevision,
    })
    this.#setRecords()
  }

  #setModes(): void {
    const { modes } = this.#emulator.terminal
    const alternateScreen = this.#emulator.alternate
    // After every piece of output, so a comparison of one text pays.
    const shown = `${Object.values(modes)},${alternateScreen}`
    if (shown === this.#shownModes) return
    this.#shownModes = shown
    this.variables.set('showingAlternateScreen', alternateScreen)
    this.variables.set('mouseReportingMode', mouseModes[modes.mouseTrackingMode])
    this.variables.set('applicationKeypad', modes.applicationKeypadMode)
    this.variables.set('orch.modes', {
      bracketedPaste: modes.bracketedPasteMode,
      applicationCursor: modes.applicationCursorKeysMode,
      mouse: modes.mouseTrackingMode,
      focusReporting: modes.sendFocusMode,
      synchronizedOutput: modes.synchronizedOutputMode,
      alternateScreen,
    })
  }

  #followProgramStatus(listener: FactsListener): void {
    this.#emulator.onOsc(programStatusOsc, (body) => {
      if (body === programStatusQuery) {
        listener.reply(`\x1b]${programStatusOsc};${programStatusQuery}\x1b\\`)
        return true
      }
      const report = parseProgramReport(body)
      if (report) {
        this.#records.apply(report, Date.now())
        this.#setRecords()
      }
      return true
    })
    this.#emulator.onReset(() => {
      this.#records.clear()
      this.#setRecords()
    })
  }

  #endActivity(): void {
    this.#records.endActivity()
    this.#setRecords()
  }

  #setRecords(): void {
    const shown = (text: string | undefined) =>
      text === undefined ? undefined : plainText(text, longestReportText)
    this.variables.set(
      'orch.programStatus',
      this.#records.list().map(({ title, msg, ...record }) => {
        const texts = { title: shown(title), msg: shown(msg) }
        return { ...record, ...(title && { title: texts.title }), ...(msg && { msg: texts.msg }) }
      }),
    )
  }
}

function textOr<T>(value: VariableValue, otherwise: T): string | T {
  return typeof value === 'string' && value !== '' ? value : otherwise
}

function userName(): string {
  try {
    return userInfo().username
  } catch {
    // A user without an entry in the password database, as in some containers.
    return ''
  }
}
