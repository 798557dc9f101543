/** iTerm2, from its installation to the cookie, and the choice of the terminal. */
import { Client } from '../../iterm2/client.ts'
import type { ConnectionReport } from '../../iterm2/connection-state.ts'
import { probeIterm2 } from '../../iterm2/probe.ts'
import type { Home } from '../../lib/home.ts'
import type { DoctorCheck, TerminalStatus } from '../../service/api.ts'
import { chooseTerminal, type TerminalWish } from '../../terminal/choose-terminal.ts'

export interface Iterm2Finding {
  report: ConnectionReport
  check: DoctorCheck
}

/**
 * Looks whether iTerm2 can be used: installed, running, API switched on; then connects, because only that
 * shows whether macOS and iTerm2 give us the permission. Never starts iTerm2.
 */
export async function lookAtIterm2(wish: TerminalWish): Promise<Iterm2Finding> {
  if (wish === 'host') {
    const report = { state: 'disconnected' as const, reason: 'Not asked for.', fix: '' }
    return {
      report,
      check: { name: 'iTerm2', status: 'ok', detail: 'not asked for: config.yaml wants the host' },
    }
  }
  const probed = await probeIterm2()
  const report = probed.state === 'disconnected' ? await connectOnce() : probed
  return { report, check: iterm2Check(report, wish) }
}

/** Without iTerm2 the embedded host is used, so what is missing is only worth a warning, unless it is wished for. */
export function iterm2Check({ state, reason, fix }: ConnectionReport, wish: TerminalWish): DoctorCheck {
  const name = 'iTerm2'
  if (state === 'connected') return { name, status: 'ok', detail: 'runs, its API is on, and we are let in' }
  if (wish !== 'iterm2' && state === 'unsupported-platform') {
    return { name, status: 'ok', detail: 'exists only for macOS; not needed here' }
  }
  const status = wish === 'iterm2' ? 'fail' : 'warn'
  return { name, status, detail: `${state}: ${reason}`, ...(fix && { fix }) }
}

/** What a launch would use. */
export function terminalFor(
  wish: TerminalWish,
  report: ConnectionReport,
  home: Home,
  hostRuns: boolean,
): TerminalStatus {
  const { kind, why } = chooseTerminal(wish, process.platform, wish === 'host' ? undefined : report)
  if (kind === 'iterm2') return { kind, why, state: report.state, ...(report.fix && { fix: report.fix }) }
  return { kind, why, state: hostRuns ? 'running' : 'not-running', socket: home.hostSocket }
}

async function connectOnce(): Promise<ConnectionReport> {
  const client = new Client()
  try {
    await client.connect()
    return client.report
  } catch {
    return client.report
  } finally {
    await client.close()
  }
}
