/** Where the service's log goes, for each way of being started. */
import { spawn } from 'node:child_process'
import { isatty } from 'node:tty'
import { pino, type StreamEntry } from 'pino'
import type { Home } from '../lib/home.ts'
import { formatRecord } from '../lib/log-record.ts'
import { createLogger, type Logger, logLevel } from '../lib/logger.ts'
import { servicePaths } from './ensure-service.ts'

/**
 * On a terminal: lines for people. Started by systemd: the journal, and the file that `service logs` reads. Started by
 * launchd, which puts standard error into that file: the unified log beside it. Else standard error, which commands
 * that start the service lead into the file.
 */
export function serviceLogger(home: Home, env: NodeJS.ProcessEnv = process.env): Logger {
  const name = 'service'
  if (isatty(2)) return together(name, [forPeople((line) => process.stderr.write(`${line}\n`))])
  if (env['JOURNAL_STREAM'] || env['NOTIFY_SOCKET']) {
    const file = pino.destination({ dest: servicePaths(home).log, mkdir: true, sync: true, mode: 0o600 })
    return together(name, [file, forJournal()])
  }
  if (startedByLaunchd(env)) {
    return together(name, [pino.destination({ dest: 2, sync: true }), forUnifiedLog()])
  }
  return createLogger(name)
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
