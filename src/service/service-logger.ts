/** Where the service's log goes, for each way of being started. */
import { spawn } from 'node:child_process'
import { fstatSync, statSync } from 'node:fs'
import { isatty } from 'node:tty'
import { pino, type StreamEntry } from 'pino'
import type { Home } from '../lib/home.ts'
import { LogFile } from '../lib/log-file.ts'
import { formatRecord } from '../lib/log-record.ts'
import { createLogger, type Logger, logLevel } from '../lib/logger.ts'
import { servicePaths } from './ensure-service.ts'

/** A log of this size is moved to `service.log.1`, and a new one begun. */
const maxBytes = 10 * 1024 * 1024
/** So many older ones are kept. */
const keep = 3

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
    return together(name, [rotated(name, path), forJournal()])
  }
  const unified = startedByLaunchd(env) ? [forUnifiedLog()] : []
  if (isOpenAs(2, path)) return tellingOfItsEnd(together(name, [rotated(name, path), ...unified]))
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

/** Written by its name, not by a descriptor that somebody else has opened: so it can be rotated. */
function rotated(name: string, path: string): StreamEntry['stream'] {
  const file = new LogFile(path, { maxBytes, keep }, ({ lines, why }) => {
    const msg = `${lines} lines could not be written here: ${why}`
    return Buffer.from(`${JSON.stringify({ level: 40, time: Date.now(), pid: process.pid, name, msg })}\n`)
  })
  return { write: (record: string) => file.write(Buffer.from(record)) }
}

/**
 * What Node says when it ends by an error goes to standard error, which after a rotation is an older file, and after
 * many a file that is gone.
 */
function tellingOfItsEnd(log: Logger): Logger {
  process.on('uncaughtExceptionMonitor', (err) => log.fatal({ err }, 'the service ends by this error'))
  return log
}

/** Whether the descriptor is open to the file that has this name now. */
function isOpenAs(descriptor: number, path: string): boolean {
  const there = statSync(path, { throwIfNoEntry: false })
  if (!there) return false
  const { ino, dev } = fstatSync(descriptor)
  return there.ino === ino && there.dev === dev
}
