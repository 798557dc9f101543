/** Brings what the terminal and the tap tell of one session to its board. */

import type { Clock } from '../lib/clock.ts'
import { errorMessage, OrchError } from '../lib/errors.ts'
import type { Logger } from '../lib/logger.ts'
import type { SignalBoard } from '../signals/signal-board.ts'
import { decodeTapPayload, type TapFact } from '../signals/tap-message.ts'
import { momentaryVariables, readSignalVariable, signalVariables } from '../signals/terminal-variables.ts'
import type { Terminal } from '../terminal/terminal.ts'

export interface SignalFeedOptions {
  terminal: Terminal
  /** Id of the session in the terminal. */
  session: string
  /** Secret of the session's tap; undefined without a tap. */
  tapIdentity: string | undefined
  board: SignalBoard
  clock: Clock
  log: Logger
  /** The board has something new. */
  changed(): void
  /** Something that the tap tells and that is no signal. */
  onFact(fact: TapFact): void
  signal: AbortSignal
}

/**
 * Follows everything that can be followed; what a terminal does not know is left out.
 *
 * @throws {OrchError} when the session or the terminal is gone.
 */
export async function followSignals(options: SignalFeedOptions): Promise<void> {
  const { terminal, session, board, clock, signal, changed } = options
  const watches = signalVariables.map((name) => async () => {
    const take = (value: unknown) => {
      if (signal.aborted) return
      readSignalVariable(board, name, value, clock.now())
      changed()
    }
    const stop = await terminal.watchVariable(session, name, take)
    if (!momentaryVariables.has(name)) take(await terminal.variable(session, name))
    return stop
  })
  const marks = () =>
    terminal.watchMarks(session, (mark) => {
      board.mark(mark, clock.now())
      changed()
    })
  const tap = options.tapIdentity === undefined ? [] : [() => followTap(options, options.tapIdentity ?? '')]
  await Promise.all([...watches, marks, ...tap].map((watch) => tolerant(watch, options)))
}

function followTap(options: SignalFeedOptions, identity: string): Promise<() => Promise<void>> {
  const { terminal, session, board, clock, log, changed, onFact } = options
  let last = 0
  return terminal.watchEscapes(session, (sender, payload) => {
    const message = sender === identity ? decodeTapPayload(payload) : undefined
    if (!message || message.n <= last) return
    if (last > 0 && message.n > last + 1)
      log.warn({ session, missed: message.n - last - 1 }, 'messages of the tap were lost')
    last = message.n
    // A later one is the repetition of the first: the program goes on, and what was heard of it stands.
    if (message.fact.type !== 'start' || message.n === 1) board.tapped(message.fact, clock.now())
    onFact(message.fact)
    changed()
  })
}

/** A terminal that knows nothing of a signal is no reason not to follow the others. */
async function tolerant(
  watch: () => Promise<() => Promise<void>>,
  { signal, log }: SignalFeedOptions,
): Promise<void> {
  try {
    const stop = await watch()
    const leave = () => void stop().catch(() => undefined)
    if (signal.aborted) leave()
    else signal.addEventListener('abort', leave)
  } catch (error) {
    if (error instanceof OrchError && error.code !== 'failed') throw error
    log.warn({ error: errorMessage(error) }, 'a signal of the program cannot be followed')
  }
}
