/** Decides which terminal is used, and says why. */
import { z } from 'zod'
import type { ConnectionReport } from '../iterm2/connection-state.ts'
import type { TerminalKind } from './terminal.ts'

export const TerminalWish = z.enum(['iterm2', 'host', 'auto'])
export type TerminalWish = z.infer<typeof TerminalWish>

export interface TerminalChoice {
  kind: TerminalKind
  why: string
  /** What was found out about iTerm2, when it was asked for. */
  iterm2?: ConnectionReport
}

/**
 * iTerm2 where it can be reached, else the embedded host; a wish is followed as it is, so that a failure
 * is seen and not papered over.
 *
 * @param report what a probe found out about iTerm2; not needed for the wish `host`
 */
export function chooseTerminal(
  wish: TerminalWish,
  platform: NodeJS.Platform,
  report: ConnectionReport | undefined,
): TerminalChoice {
  if (wish === 'host')
    return { kind: 'host', why: 'The embedded host is asked for (ITERM_ORCH_TERMINAL or config.yaml).' }
  if (wish === 'iterm2') {
    return {
      kind: 'iterm2',
      why: 'iTerm2 is asked for (ITERM_ORCH_TERMINAL or config.yaml).',
      ...found(report),
    }
  }
  if (platform !== 'darwin') {
    return { kind: 'host', why: 'iTerm2 exists only for macOS → embedded host.', ...found(report) }
  }
  if (report?.state === 'connected' || report?.state === 'disconnected') {
    return { kind: 'iterm2', why: 'iTerm2 runs and its API is on.', ...found(report) }
  }
  const reason = report ? `${report.reason} (${report.state})` : 'Nothing is known about iTerm2.'
  return { kind: 'host', why: `${reason} → embedded host.`, ...found(report) }
}

function found(report: ConnectionReport | undefined): { iterm2?: ConnectionReport } {
  return report ? { iterm2: report } : {}
}
