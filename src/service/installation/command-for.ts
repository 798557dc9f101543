import type { InstallationScope } from './installation.ts'

/** What is to be typed; sudo alone has a PATH of its own, without what nvm and others add to that of a person. */
export function commandFor(what: 'install' | 'uninstall', scope: InstallationScope): string {
  const command = `iterm-orch service ${what}`
  return scope === 'user' ? command : `sudo env "PATH=$PATH" ${command} --system`
}
