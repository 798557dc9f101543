/** Notifications of the desktop: macOS through AppleScript, Linux through notify-send. */
import { AppleScriptError, runAppleScript } from '../../iterm2/applescript.ts'
import type { Notice, Urgency } from './notice.ts'
import { type Notifier, NotifierError } from './notifier.ts'
import { runProgram } from './run-program.ts'

/** Both only hand it over; a desktop that takes longer does not work. */
const timeoutMs = 10_000

export interface DesktopOptions {
  name: string
  /** Sound of macOS; undefined: none. */
  sound?: string | undefined
  platform: NodeJS.Platform
  env: NodeJS.ProcessEnv
}

export function desktopNotifier(options: DesktopOptions): Notifier {
  const { name, platform } = options
  if (platform === 'darwin') return { name, send: (notice, signal) => sendByMacos(notice, options, signal) }
  if (platform === 'linux') return { name, send: (notice, signal) => sendByLinux(notice, options, signal) }
  const reason = `There are no desktop notifications for ${platform}.`
  return { name, send: () => Promise.reject(new NotifierError('unavailable', reason)) }
}

async function sendByMacos(
  notice: Notice,
  { sound = '' }: DesktopOptions,
  signal: AbortSignal,
): Promise<void> {
  const texts = {
    titleText: notice.title,
    subtitleText: [notice.session?.name, notice.agent].filter(Boolean).join(' · '),
    bodyText: bodyOf(notice),
    soundName: sound,
  }
  try {
    await runAppleScript('notify', texts, timeoutMs, signal)
  } catch (error) {
    if (!(error instanceof AppleScriptError)) throw error
    const missing = error.message.startsWith('osascript could not be run')
    throw new NotifierError(missing ? 'unavailable' : 'failed', error.message)
  }
}

async function sendByLinux(notice: Notice, { env }: DesktopOptions, signal: AbortSignal): Promise<void> {
  if (!env['DISPLAY'] && !env['WAYLAND_DISPLAY'] && !env['DBUS_SESSION_BUS_ADDRESS']) {
    throw new NotifierError(
      'unavailable',
      'There is no desktop here: DISPLAY, WAYLAND_DISPLAY and DBUS_SESSION_BUS_ADDRESS are not set.',
    )
  }
  const urgency = `--urgency=${linuxUrgency[notice.urgency]}`
  const argv = ['notify-send', '--app-name=iterm-orch', urgency, '--', notice.title, asMarkup(bodyOf(notice))]
  const ran = await runProgram({ argv, env, timeoutMs, signal })
  if (ran.state === 'missing') {
    const reason = 'notify-send is not installed (package libnotify-bin, or libnotify).'
    throw new NotifierError('unavailable', reason)
  }
  if (ran.state === 'timeout') throw new NotifierError('timeout', 'notify-send did not end in time.')
  if (ran.code !== 0) throw new NotifierError('failed', `notify-send failed: ${ran.output || ran.ending}`)
}

/** Critical ones stay until somebody takes them away; that would be too much for all that waits. */
const linuxUrgency: Record<Urgency, string> = {
  low: 'low',
  medium: 'normal',
  high: 'normal',
  critical: 'critical',
}

function bodyOf({ body, options, commands }: Notice): string {
  const choices = options.map(({ number, label }) => `${number}. ${label}`).join('  ')
  return [body, choices, commands[0] ?? ''].filter((part) => part !== '').join('\n')
}

/** notify-send reads backslash escapes in the body, and desktops read it as markup. */
function asMarkup(text: string): string {
  return text
    .replaceAll('\\', '\\\\')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
}
