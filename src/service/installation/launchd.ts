import { homedir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { OrchError } from '../../lib/errors.ts'
import type { Installation } from './installation.ts'
import { launchAgent, launchdLabel } from './launch-agent.ts'
import type { RunTool } from './run-tool.ts'
import type { Supervisor, UnitState } from './supervisor.ts'

/** launchd ends a job that does not leave by itself after 20 s (ExitTimeOut). */
const longestEndMs = 25_000
const lookMs = 100

/** An agent of the person who is logged in, as launchctl(1) of macOS 11 and later handles it. */
export function launchd(
  installation: Installation,
  run: RunTool,
  env: NodeJS.ProcessEnv = process.env,
  uid = process.getuid?.() ?? 0,
): Supervisor {
  const label = launchdLabel(installation.name)
  const domain = `gui/${uid}`
  const target = `${domain}/${label}`
  const file = join(env['HOME'] || homedir(), 'Library', 'LaunchAgents', `${label}.plist`)

  async function launchctl(...args: string[]): Promise<string> {
    const { status, output, complaint } = await run('launchctl', args)
    if (status === 0) return output
    throw new OrchError(
      'failed',
      `launchctl ${args.join(' ')} failed: ${complaint || output || 'no reason given'}`,
      {
        hint: 'It works in the session of the person who is logged in at the screen, not over ssh alone.',
      },
    )
  }

  /** `bootout` returns before the job has ended, and `bootstrap` fails (5: Input/output error) until it has. */
  async function untilGone(): Promise<void> {
    for (let left = longestEndMs / lookMs; left > 0; left--) {
      const { status } = await run('launchctl', ['print', target])
      if (status !== 0) return
      await delay(lookMs)
    }
  }

  return {
    kind: 'launchd',
    file,
    text: launchAgent(installation),
    async enable() {
      // A job that is loaded keeps its old property list.
      await run('launchctl', ['bootout', target])
      await untilGone()
      await launchctl('enable', target)
      await launchctl('bootstrap', domain, file)
    },
    async disable() {
      await run('launchctl', ['bootout', target])
    },
    async start() {
      await launchctl('kickstart', target)
    },
    async state() {
      const { status, output } = await run('launchctl', ['print', target])
      return status === 0 ? readState(output) : { enabled: false, active: false, detail: 'not loaded' }
    },
    async advice() {
      return []
    },
  }
}

/** What `launchctl print` tells in lines such as `state = running`, `pid = 812` and `runs = 3`. */
export function readState(text: string): UnitState {
  const value = (key: string) => new RegExp(`^\\s*${key} = (.+)$`, 'm').exec(text)?.[1]
  const state = value('state') ?? 'unknown'
  const pid = Number(value('pid'))
  const runs = Number(value('runs'))
  return {
    enabled: true,
    active: state === 'running',
    ...(pid > 0 && { pid }),
    ...(runs > 0 && { restarts: runs - 1 }),
    detail: state,
  }
}
