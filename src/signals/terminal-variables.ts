/** The session variables in which a terminal hands on what programs say (docs/host.md lists the host's). */
import { z } from 'zod'
import type { SignalBoard } from './signal-board.ts'

const ProgramReport = z.object({
  state: z.enum(['idle', 'working', 'blocked', 'done', 'error']),
  kind: z.enum(['permission', 'question', 'auth']).optional(),
  title: z.string().optional(),
  msg: z.string().optional(),
  since: z.number().optional(),
})
const ProgramReports = z.array(ProgramReport)
const Note = z.object({
  source: z.enum(['osc9', 'osc777', 'osc99']),
  title: z.string(),
  body: z.string(),
})
const Progress = z.object({
  state: z.enum(['normal', 'error', 'indeterminate', 'warning']),
  percent: z.number().nullable(),
})

type Reader = (board: SignalBoard, value: unknown, now: number) => void

/** Each puts the value of its variable on the board; a value of another form counts as none. */
const readers: Readonly<Record<string, Reader>> = {
  'orch.programStatus': (board, value, now) => {
    const reports = ProgramReports.safeParse(value)
    const list = reports.success ? reports.data : []
    board.reports(
      list.map(({ msg, ...report }) => ({ ...report, message: msg })),
      now,
    )
  },
  'orch.notification': (board, value, now) => {
    const note = Note.safeParse(value)
    if (note.success) board.note(note.data, now)
  },
  'orch.progress': (board, value, now) => {
    const progress = Progress.safeParse(value)
    board.progress(progress.success ? progress.data : null, now)
  },
  'orch.sessionStatus': (board, value, now) => board.status(typeof value === 'string' ? value : '', now),
  terminalWindowName: (board, value, now) => {
    if (typeof value === 'string') board.setTitle(value, now)
  },
  terminalIconName: (board, value, now) => {
    if (typeof value === 'string') board.setTitle(value, now)
  },
  bellCount: (board, value, now) => board.bell(typeof value === 'number' ? value : 0, now),
}

/** The variables to watch. */
export const signalVariables: readonly string[] = Object.keys(readers)

/**
 * Of these only changes count: their value is that of the past.
 */
export const momentaryVariables: ReadonlySet<string> = new Set(['orch.notification', 'bellCount'])

/** Puts a new value of one of {@link signalVariables} on the board. */
export function readSignalVariable(board: SignalBoard, name: string, value: unknown, now: number): void {
  readers[name]?.(board, value, now)
}
