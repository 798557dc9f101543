/** Makes notifiers of their configuration. All that is sent through them is made safe first. */
import { commandNotifier } from './command.ts'
import { desktopNotifier } from './desktop.ts'
import { safeNotice } from './notice.ts'
import type { Notifier } from './notifier.ts'
import type { NotifierConfig } from './notifier-config.ts'
import { webhookNotifier } from './webhook.ts'

export interface NotifierDeps {
  env: NodeJS.ProcessEnv
  platform: NodeJS.Platform
  /** Directory of the configuration, which its relative paths start from. */
  base: string
  /** Told what a command of the user's printed, redacted. */
  onOutput?(notifier: string, output: string): void
}

export function createNotifier(config: NotifierConfig, deps: NotifierDeps): Notifier {
  const notifier = plainNotifier(config, deps)
  return {
    name: notifier.name,
    send: (notice, signal) => notifier.send(safeNotice(notice), signal),
  }
}

function plainNotifier(config: NotifierConfig, { env, platform, base, onOutput }: NotifierDeps): Notifier {
  switch (config.type) {
    case 'desktop':
      return desktopNotifier({ name: config.name, sound: config.sound, platform, env })
    case 'command':
      return commandNotifier(config, { env, onOutput: (output) => onOutput?.(config.name, output) })
    case 'webhook':
      return webhookNotifier(config, { env, base })
  }
}
