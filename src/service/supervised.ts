/** What the service says to the supervisor that started it, and what it takes from its environment. */
import { execFile } from 'node:child_process'

/** Variables by which systemd speaks to this very process; a program that inherits them would speak in its name. */
const supervisorVariables = [
  'NOTIFY_SOCKET',
  'WATCHDOG_USEC',
  'WATCHDOG_PID',
  'INVOCATION_ID',
  'JOURNAL_STREAM',
  'LISTEN_PID',
  'LISTEN_FDS',
]

/** Set for a service that a command has started: nobody else starts it again. */
export const onItsOwn = 'ITERM_ORCH_ON_ITS_OWN'

/** Pings in each interval of the watchdog: one may be lost (sd_watchdog_enabled(3) advises two). */
const pingsPerInterval = 3

export interface SupervisedBy {
  /** Whoever started this process does not start it again when it fails. */
  onItsOwn: boolean
  /** The service answers now. */
  ready(): void
  stopping(): void
}

/**
 * Takes the supervisor's variables out of `env`, so that no agent inherits them, and keeps its watchdog content as long
 * as this process does its work: the timer runs in the thread that does everything else.
 */
export function answerSupervisor(env: NodeJS.ProcessEnv = process.env): SupervisedBy {
  const socket = env['NOTIFY_SOCKET']
  const watchdogMs = Number(env['WATCHDOG_USEC'] ?? 0) / 1_000
  const alone = env[onItsOwn] !== undefined
  for (const name of [...supervisorVariables, onItsOwn]) delete env[name]
  if (!socket) return { onItsOwn: alone, ready: () => {}, stopping: () => {} }
  const tell = (state: string) => {
    // Node has no datagram sockets of this kind; systemd-notify comes with systemd.
    execFile('systemd-notify', [state], { env: { ...env, NOTIFY_SOCKET: socket } }, () => {})
  }
  let pings: NodeJS.Timeout | undefined
  return {
    onItsOwn: false,
    ready() {
      tell('READY=1')
      if (watchdogMs > 0) pings = setInterval(() => tell('WATCHDOG=1'), watchdogMs / pingsPerInterval).unref()
    },
    stopping() {
      clearInterval(pings)
      tell('STOPPING=1')
    },
  }
}
