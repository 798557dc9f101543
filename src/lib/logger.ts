import { type Logger, pino } from 'pino'

export type { Logger }

/** A logger for a background process: JSON lines into `file`, or standard error when there is none. */
export function createLogger(name: string, file?: string): Logger {
  const level = logLevel()
  const destination = pino.destination({ dest: file ?? 2, mkdir: true, sync: true, mode: 0o600 })
  return pino({ name, level, base: { pid: process.pid } }, destination)
}

/** The least level that is logged. */
export function logLevel(): string {
  return process.env['ITERM_ORCH_LOG_LEVEL'] || 'info'
}

/** A logger that says nothing. */
export function silentLogger(): Logger {
  return pino({ level: 'silent' })
}
