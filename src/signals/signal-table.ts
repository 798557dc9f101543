/** Which source is believed for how long. Data; docs/signals.md says where the numbers come from. */
import type { SessionState } from '../agents/session-state.ts'
import type { Signal, SignalSource } from './signal.ts'

const second = 1_000
const minute = 60 * second

/** How long a word stands, in ms after it was said last. */
export interface Standing {
  /** With nobody speaking against it. */
  fresh: number
  /** Against a reading of the screen, made later, that says something else; absent: as long as it is fresh. */
  againstScreen?: number
  /** Against a dialog that a later reading found in front. */
  againstPrompt?: number
  /** The screen is not believed to be idle while this is fresh: an idle screen looks much like a busy one. */
  overIdleScreen?: true
}

type Row = Partial<Record<SessionState, Standing>>

/** What a person answers to disappears within a second; what is drawn more slowly is the next dialog. */
const redraw = second

const table: Record<SignalSource, Row> = {
  // A fact, not an opinion: it ends with the start of another program, never by age.
  exit: { exited: { fresh: Number.POSITIVE_INFINITY } },
  'program-status': {
    waiting: { fresh: 15 * minute, againstScreen: minute, againstPrompt: 0 },
    working: { fresh: 10 * minute, againstScreen: 10 * second, againstPrompt: redraw },
    idle: { fresh: 10 * minute, againstScreen: 2 * second, againstPrompt: 0 },
    errored: { fresh: 10 * minute, againstScreen: 2 * second, againstPrompt: 0 },
  },
  hook: {
    // PermissionRequest comes for tools that are allowed without asking as well.
    waiting: { fresh: 5 * minute, againstScreen: 3 * second, againstPrompt: 0 },
    working: { fresh: 5 * minute, againstScreen: 5 * second, againstPrompt: redraw },
    idle: { fresh: 5 * minute, againstScreen: 2 * second, againstPrompt: 0 },
    errored: { fresh: 5 * minute, againstScreen: 2 * second, againstPrompt: 0 },
    limited: { fresh: 5 * minute, againstScreen: 2 * second, againstPrompt: 0 },
  },
  // Every change is told and a heartbeat looks besides: after three missed ones nobody looks any more.
  screen: every({ fresh: 100 * second }),
  'session-status': {
    waiting: { fresh: 5 * minute, overIdleScreen: true },
    working: { fresh: 5 * minute, overIdleScreen: true },
    idle: { fresh: 5 * minute },
  },
  'prompt-mark': { working: { fresh: 10 * minute }, idle: { fresh: 10 * minute } },
  title: {
    waiting: { fresh: 5 * minute, overIdleScreen: true },
    working: { fresh: 2 * minute, overIdleScreen: true },
    idle: { fresh: 5 * minute },
  },
  progress: {
    working: { fresh: minute, overIdleScreen: true },
    errored: { fresh: minute },
  },
  // Late (6 and 60 s with Claude Code) and in words of any language: only when nothing else speaks.
  notification: { waiting: { fresh: minute }, idle: { fresh: minute } },
  process: {
    working: { fresh: 100 * second },
    idle: { fresh: 100 * second },
    // Agents are up after 1 to 5 s; then their screen speaks.
    starting: { fresh: 30 * second },
  },
  output: { working: { fresh: 2 * minute } },
  bell: {},
}

/** How long a signal stands; undefined when its source cannot tell this state. */
export function standingOf(signal: Signal): Standing | undefined {
  const standing = table[signal.source][signal.state]
  if (!standing || signal.lasts === undefined) return standing
  return { ...standing, fresh: Math.min(standing.fresh, signal.lasts) }
}

function every(standing: Standing): Row {
  const states = ['working', 'waiting', 'idle', 'limited', 'errored', 'starting'] as const
  return Object.fromEntries(states.map((state) => [state, standing]))
}
