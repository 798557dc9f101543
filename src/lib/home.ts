import { existsSync, mkdirSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { OrchError } from './errors.ts'

/**
 * Longest socket path that every supported system takes, in bytes without the terminating NUL:
 * `sun_path` has 104 bytes on macOS and 108 on Linux.
 */
export const maxSocketPathBytes = process.platform === 'darwin' ? 103 : 107

/** The places of one home (design section 4). All paths are absolute; nothing is created by this. */
export interface Home {
  root: string
  config: string
  /** The registered projects. */
  registered: string
  run: string
  /** Control socket of the service. */
  serviceSocket: string
  /** Where the embedded host listens, in the place where the iTerm2 client looks for it. */
  hostSocket: string
  /** The cookie that opens a connection to the embedded host; written by it, new at every start. */
  hostCookie: string
  sessions: string
  escalations: string
  logs: string
  state: string
  /** A directory for each task, with its runs. */
  tasks: string
  /** `<task>.pid`: which process runs a task. */
  pids: string
  agents: string
  events: string
  comms: string
}

/** The home that `ITERM_ORCH_HOME` names, else `~/.iterm-orch`. */
export function resolveHome(env: NodeJS.ProcessEnv = process.env): Home {
  const root = resolve(env['ITERM_ORCH_HOME'] || join(env['HOME'] || homedir(), '.iterm-orch'))
  const run = join(root, 'run')
  return {
    root,
    config: join(root, 'config.yaml'),
    registered: join(root, 'registered.json'),
    run,
    serviceSocket: join(run, 'service.sock'),
    hostSocket: join(run, 'host.sock'),
    hostCookie: join(run, 'host.cookie'),
    sessions: join(root, 'sessions'),
    escalations: join(root, 'escalations'),
    logs: join(root, 'logs'),
    state: join(root, 'state'),
    tasks: join(root, 'state', 'tasks'),
    pids: join(root, 'pids'),
    agents: join(root, 'agents'),
    events: join(root, 'events.jsonl'),
    comms: join(root, 'comms'),
  }
}

/**
 * Makes a directory and its parents for this user only (0700). One by one: Node's own recursive mkdir never
 * comes back where nothing can be made, such as below /proc (Node 20.20).
 */
export function ensurePrivateDirectory(path: string): void {
  const parent = dirname(path)
  if (parent !== path && !existsSync(parent)) ensurePrivateDirectory(parent)
  ensureLastDirectory(path)
}

/**
 * The same without its parents: what lies on a disk that is not mounted any more is not made anew beside it.
 *
 * @throws where these are missing
 */
export function ensureLastDirectory(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 })
  } catch (error) {
    if (!(existsSync(path) && statSync(path).isDirectory())) throw error
  }
}

/** @throws {OrchError} `socket-path-too-long` when the system could not bind a socket at `path`. */
export function assertSocketPathFits(path: string): void {
  const bytes = Buffer.byteLength(path)
  if (bytes <= maxSocketPathBytes) return
  throw new OrchError(
    'socket-path-too-long',
    `The socket path has ${bytes} bytes, the system allows ${maxSocketPathBytes}: ${path}`,
    { hint: 'Set ITERM_ORCH_HOME to a shorter directory.' },
  )
}
