/** `attach`: a session in this terminal. */
import { OrchError } from '../../lib/errors.ts'
import { shownText } from '../../lib/shown-text.ts'
import type { SessionInfo } from '../../service/api.ts'
import type { ServiceClient } from '../../service/client.ts'
import { bytesOfKey } from '../../sessions/keys.ts'
import type { CliContext } from '../context.ts'
import { shortId } from '../session-text.ts'
import { DetachScanner } from './detach-keys.ts'
import { type Frame, FramePainter } from './frame-painter.ts'
import { InputQueue } from './input-queue.ts'
import { assertTerminal, RawTerminal } from './raw-terminal.ts'

export interface AttachOptions {
  detachKeys: string
  resize: boolean
}

type Ending = 'detached' | 'exited' | 'closed' | 'interrupted'

/** Shows the session until it is left, its program has ended and a key was pressed, or it is closed. */
export async function attach(reference: string, options: AttachOptions, context: CliContext): Promise<void> {
  assertTerminal()
  const detach = parseDetachKeys(options.detachKeys)
  const signal = context.untilInterrupted()
  const service = await context.service()
  const session = await service.session(reference)
  const terminal = new RawTerminal()
  terminal.enter()
  let ending: Ending
  try {
    ending = await show({ service, session, terminal, detach, resize: options.resize, signal })
  } finally {
    terminal.leave()
  }
  if (options.resize) await giveSizeBack(service, session)
  context.out.note(farewell(ending, session))
}

/** @throws {OrchError} `usage` for an unknown key. */
export function parseDetachKeys(keys: string): Uint8Array {
  const names = keys.split(',').map((name) => name.trim())
  if (names.includes('')) throw new OrchError('usage', `"${keys}" is not a list of keys with commas between.`)
  return Buffer.from(names.map(bytesOfKey).join(''))
}

interface Attachment {
  service: ServiceClient
  session: SessionInfo
  terminal: RawTerminal
  detach: Uint8Array
  resize: boolean
  /** Aborts when the process is told to end. */
  signal: AbortSignal
}

async function show({ service, session, terminal, detach, resize, signal }: Attachment): Promise<Ending> {
  const leaving = new AbortController()
  const painter = new FramePainter(terminal.size)
  const scanner = new DetachScanner(detach)
  let last: Frame | undefined
  let ending: Ending | undefined
  let failure: unknown
  const end = (how: Ending) => {
    ending ??= how
    leaving.abort()
  }
  const input = new InputQueue(
    (bytes) => service.input(session.id, bytes),
    (error) => {
      failure = error
      leaving.abort()
    },
  )
  const stop = AbortSignal.any([leaving.signal, signal])
  const paint = () => {
    if (last) process.stdout.write(painter.paint(last, last.exited ? exitNotice : undefined))
  }
  const onKeys = (typed: Buffer) => {
    if (last?.exited) return end('exited')
    const { forward, detached } = scanner.scan(typed)
    input.push(forward)
    if (detached) end('detached')
  }
  const onResize = () => {
    painter.reset(terminal.size)
    paint()
    if (resize) void resizeQuietly(service, session, terminal)
  }
  const onInputEnd = () => end('detached')
  process.stdin.on('data', onKeys)
  process.stdin.once('end', onInputEnd)
  process.stdout.on('resize', onResize)
  try {
    if (resize) await resizeQuietly(service, session, terminal)
    const following = followLife(service, session, stop, {
      exited: () => {
        if (last) last = { ...last, exited: true }
        paint()
      },
      closed: () => end('closed'),
    })
    for await (const frame of service.frames(session.id, stop)) {
      last = frame
      terminal.setBracketedPaste(frame.bracketedPaste)
      paint()
    }
    leaving.abort()
    await following
  } finally {
    leaving.abort()
    process.stdin.off('data', onKeys)
    process.stdin.off('end', onInputEnd)
    process.stdout.off('resize', onResize)
    await input.flushed()
  }
  if (failure !== undefined) throw failure
  return ending ?? (signal.aborted ? 'interrupted' : 'closed')
}

/** Frames show the screen, events tell what became of the session. */
async function followLife(
  service: ServiceClient,
  session: SessionInfo,
  signal: AbortSignal,
  on: { exited: () => void; closed: () => void },
): Promise<void> {
  try {
    for await (const event of service.events({ sessions: [session.id], signal })) {
      if (event.type === 'exited') on.exited()
      if (event.type === 'closed') on.closed()
    }
  } catch {
    // The service is lost: the frames end too, and their error is the one that is reported.
  }
}

const exitNotice = ' The program has ended. Any key leaves. '

/** Not every terminal lets its sessions be resized; the painter shows what fits. */
async function resizeQuietly(
  service: ServiceClient,
  session: SessionInfo,
  terminal: RawTerminal,
): Promise<void> {
  const { columns, rows } = terminal.size
  await service.resize(session.id, columns, rows).catch(() => undefined)
}

/** The session gets the size that it had before, for whoever looks at it elsewhere. */
async function giveSizeBack(service: ServiceClient, { id, columns, rows }: SessionInfo): Promise<void> {
  if (columns !== undefined && rows !== undefined)
    await service.resize(id, columns, rows).catch(() => undefined)
}

function farewell(ending: Ending, session: SessionInfo): string {
  const name = shownText(session.name)
  if (ending === 'closed') return `The session ${name} is closed.`
  if (ending === 'exited') return `The program of ${name} has ended.`
  return `Left ${name}; it goes on. Back: iterm-orch attach ${shortId(session)}`
}
