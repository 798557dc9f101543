/** Where the service's log goes, for each way of being started. */
import { spawn } from 'node:child_process'
import { isatty } from 'node:tty'
import { pino, type StreamEntry } from 'pino'
import type { Home } from '../lib/home.ts'
import { formatRecord } from '../lib/log-record.ts'
import { createLogger, type Logger, logLevel } from '../lib/logger.ts'
import { isOpenAs, rotatedStream } from '../lib/rotated-stream.ts'
import { servicePaths } from './ensure-service.ts'

/**
 * On a terminal: lines for people. Else the file that `service logs` reads, when standard error leads there (commands
 * that start the service, launchd) or nowhere that lasts (systemd), and beside it the journal or the unified log.
 * Else standard error, as whoever runs it wants.
 */
export function serviceLogger(home: Home, env: NodeJS.ProcessEnv = process.env): Logger {
  const name = 'service'
  const { log: path } = servicePaths(home)
  if (isatty(2)) return together(name, [forPeople((line) => process.stderr.write(`${line}\n`))])
  if (env['JOURNAL_STREAM'] || env['NOTIFY_SOCKET']) {
    return together(name, [rotatedStream(name, path), forJournal()])
  }
  const unified = startedByLaunchd(env) ? [forUnifiedLog()] : []
  if (isOpenAs(2, path)) return tellingOfItsEnd(together(name, [rotatedStream(name, path), ...unified]))
  if (unified.length === 0) return createLogger(name)
  return together(name, [pino.destination({ dest: 2, sync: true }), ...unified])
}

function together(name: string, streams: StreamEntry['stream'][]): Logger {
  const level = logLevel()
  // Each stream gets what the logger lets through.
  const entries = streams.map((stream): StreamEntry => ({ level: 'trace', stream }))
  return pino({ name, level, base: { pid: process.pid } }, pino.multistream(entries))
}

/** launchd names the job in this variable; in a shell of the screen it is `0`. */
function startedByLaunchd(env: NodeJS.ProcessEnv): boolean {
  const job = env['XPC_SERVICE_NAME']
  return process.platform === 'darwin' && job !== undefined && job.startsWith('org.iterm-orch.')
}

function forPeople(write: (line: string) => void): StreamEntry['stream'] {
  return { write: (record: string) => write(formatRecord(record.trimEnd())) }
}

/** A line begins with its priority in angle brackets (sd-daemon(3)); systemd knows the time itself. */
function forJournal(): StreamEntry['stream'] {
  return forPeople((line) => {
    const [, level = '', text = line] = /^\S+ (\w+)\s+(.*)$/s.exec(line) ?? []
    process.stderr.write(`<${priorities[level] ?? 6}>${text}\n`)
  })
}

/** Priorities of syslog by name of the level. */
const priorities: Readonly<Record<string, number>> = {
  trace: 7,
  debug: 7,
  info: 6,
  warn: 4,
  error: 3,
  fatal: 2,
}

/** logger(1) of macOS writes into the unified log; without it the file is all there is. */
function forUnifiedLog(): StreamEntry['stream'] {
  const child = spawn('/usr/bin/logger', ['-t', 'iterm-orch'], { stdio: ['pipe', 'ignore', 'ignore'] })
  child.once('error', () => {})
  child.stdin.once('error', () => {})
  child.unref()
  return forPeople((line) => {
    if (child.stdin.writable) child.stdin.write(`${line}\n`)
  })
}

/**
 * What Node says when it ends by an error goes to standard error, which after a rotation is an older file, and after
 * many a file that is gone.
 */
function tellingOfItsEnd(log: Logger): Logger {
  process.on('uncaughtExceptionMonitor', (err) => log.fatal({ err }, 'the service ends by this error'))
  return log
}
