import { runAppleScript } from './applescript.ts'

export type ApplicationStatus = 'running' | 'not-running' | 'not-installed'

/** Milliseconds; the question goes to macOS, not to iTerm2, and is answered at once. */
const statusTimeoutMs = 10_000

/** The application that AppleScript talks to: `IT2_APP_PATH`, or iTerm2 by name. */
export function targetApplication(env: NodeJS.ProcessEnv): string {
  return env['IT2_APP_PATH'] || 'iTerm2'
}

/**
 * Whether iTerm2 is installed and running, found out without starting it.
 * @throws {AppleScriptError} when macOS could not be asked.
 */
export async function applicationStatus(env: NodeJS.ProcessEnv): Promise<ApplicationStatus> {
  const texts = { targetName: targetApplication(env) }
  const answer = await runAppleScript('application-status', texts, statusTimeoutMs)
  return answer === 'running' || answer === 'not-installed' ? answer : 'not-running'
}
