/** Keeps a program from making the emulator work for hours with one short sequence. */
import type { Terminal } from '@xterm/headless'
import type { XtermInternals } from './xterm-internals.ts'

/**
 * The library repeats these once for each count, up to 2³¹: insert and delete lines, scroll up and down,
 * tabs forward and back, repeat the last character. More than a whole screen makes no difference.
 */
const byRows = ['L', 'M', 'S', 'T']
const byColumns = ['I', 'Z', 'b']

/** Cuts the counts to the size of the screen before the library's own handlers run. */
export function limitRepeats(inside: XtermInternals, terminal: Terminal): void {
  const limit = (final: string, most: () => number) =>
    inside.registerCsiHandler({ final }, ({ params }) => {
      if ((params[0] ?? 0) > most()) params[0] = most()
      return false
    })
  for (const final of byRows) limit(final, () => terminal.rows)
  for (const final of byColumns) limit(final, () => terminal.cols)
}
