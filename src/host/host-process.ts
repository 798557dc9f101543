/** The host as a process of its own. */
import { pino } from 'pino'
import type { Home } from '../lib/home.ts'
import { createLogger, type Logger, logLevel } from '../lib/logger.ts'
import { isOpenAs, rotatedStream } from '../lib/rotated-stream.ts'
import { hostLogPath } from './host-control.ts'
import { type RunHostOptions, runHost } from './run-host.ts'

/**
 * Runs the host until it is told to stop by SIGTERM or SIGINT, when its sessions are ended. The end of the
 * terminal that it was started from (SIGHUP) is none of its business.
 */
export async function runHostProcess(options: RunHostOptions): Promise<void> {
  const { log = createLogger('host') } = options
  process.on('SIGHUP', () => log.info('SIGHUP ignored'))
  const stopped = new Promise<void>((resolve) => {
    process.once('SIGTERM', () => resolve())
    process.once('SIGINT', () => resolve())
  })
  const host = await runHost({ ...options, log })
  // A mistake of ours must not take every agent down with it.
  const goOn = (error: unknown) => log.error({ err: error }, 'uncaught error')
  process.on('uncaughtException', goOn)
  process.on('unhandledRejection', goOn)
  await stopped
  await host.close()
  process.off('uncaughtException', goOn)
  process.off('unhandledRejection', goOn)
}

/**
 * Standard error; where that leads to the log file of the home, as {@link startHostDetached} has it, the file itself,
 * which is rotated.
 */
export function hostLogger(home: Home): Logger {
  const path = hostLogPath(home)
  if (!isOpenAs(2, path)) return createLogger('host')
  return pino({ name: 'host', level: logLevel(), base: { pid: process.pid } }, rotatedStream('host', path))
}
