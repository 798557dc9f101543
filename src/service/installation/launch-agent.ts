/** The property list for launchd. */
import { join } from 'node:path'
import { build } from 'plist'
import type { Installation } from './installation.ts'

/** Of the job, and of its file. */
export function launchdLabel(name: string): string {
  return `org.iterm-orch.${name === 'iterm-orch' ? 'service' : name.replace(/^iterm-orch-/, 'service-')}`
}

/** The text of the property list; its keys are those of launchd.plist(5). */
export function launchAgent({ name, command, env, home }: Installation): string {
  const log = join(home.logs, 'service.log')
  return `${build({
    Label: launchdLabel(name),
    ProgramArguments: [...command],
    EnvironmentVariables: { ...env },
    WorkingDirectory: home.root,
    RunAtLoad: true,
    // Started again when it fails, not when it was asked to stop.
    KeepAlive: { SuccessfulExit: false },
    ThrottleInterval: 10,
    // iTerm2 is there only where somebody is logged in at the screen.
    LimitLoadToSessionType: 'Aqua',
    // Agents and tasks outlive the service.
    AbandonProcessGroup: true,
    // What it tells comes from agents at work; a background job would be told late.
    ProcessType: 'Interactive',
    // What is typed for a person may be a password: no image of the memory on the disk.
    HardResourceLimits: { Core: 0 },
    StandardOutPath: log,
    StandardErrorPath: log,
  })}\n`
}
