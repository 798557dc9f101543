/** The program that starts the installed service and keeps it running: systemd or launchd. */

export type SupervisorKind = 'systemd' | 'launchd'

export interface UnitState {
  /** Starts by itself at login or at the start of the machine. */
  enabled: boolean
  /** The supervisor runs it now. */
  active: boolean
  pid?: number
  /** How often the supervisor had to start it anew. */
  restarts?: number
  /** In the words of the supervisor. */
  detail: string
}

/** One unit. Each method throws an `OrchError` with what the supervisor said when it refuses. */
export interface Supervisor {
  readonly kind: SupervisorKind
  /** Where its unit file lies; absolute. */
  readonly file: string
  /** What the unit file should say. */
  readonly text: string
  /** Takes the written file, starts the service now and by itself from now on. */
  enable(): Promise<void>
  /** Stops it and forgets it; harmless when it is not there. */
  disable(): Promise<void>
  /** Starts the service of a file that was taken before. */
  start(): Promise<void>
  state(): Promise<UnitState>
  /** What else a person may want to do, as sentences. */
  advice(): Promise<string[]>
}
