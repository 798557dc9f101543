/** `service install` and `service uninstall`. */
import { type Command, Option } from 'commander'
import type { Home } from '../lib/home.ts'
import { commandFor } from '../service/installation/command-for.ts'
import type { InstallationScope } from '../service/installation/installation.ts'
import type { Place } from '../service/installation/installed.ts'
import type { CliContext } from './context.ts'
import { addExamples } from './examples.ts'

interface InstallFlags {
  user?: boolean
  system?: boolean
  dryRun?: boolean
}

export function addInstallation(group: Command, context: CliContext): void {
  const install = group
    .command('install')
    .description(
      'Has the service start by itself and start again when it fails: as an agent of launchd on macOS, as a unit of ' +
        'systemd on Linux. Doing it again brings the unit up to date. Sessions go on.',
    )
    .addOption(new Option('--user', 'yours, from login on (default)').conflicts('system'))
    .option('--system', 'a unit of the system, from the start of the machine, run as you (Linux, as root)')
    .option('--dry-run', 'show what would be written, and write nothing')
    .action((flags: InstallFlags) => installIt(flags, context))
  addExamples(install, [
    ['iterm-orch service install --dry-run', 'the file that would be written, and where'],
    ['iterm-orch service install', 'writes it, and starts the service by it'],
    [
      commandFor('install', 'system'),
      'from the start of the machine, run as you; with the PATH that you have',
    ],
  ])
  const uninstall = group
    .command('uninstall')
    .description(
      'Takes the unit away and stops the service; the next command starts it by itself. Sessions go on.',
    )
    .addOption(new Option('--user', 'yours (default)').conflicts('system'))
    .option('--system', 'the unit of the system (Linux, as root)')
    .option('--dry-run', 'show what would be taken away, and take nothing away')
    .action((flags: InstallFlags) => uninstallIt(flags, context))
  addExamples(uninstall, [['iterm-orch service uninstall', 'nothing starts by itself any more']])
}

async function installIt(flags: InstallFlags, { out }: CliContext): Promise<void> {
  const { supervisorFor } = await import('../service/installation/installed.ts')
  const { scope, place, home } = await target(flags)
  if (flags.dryRun) {
    const { kind, file, text } = supervisorFor(home, scope, place)
    if (out.json) return out.result({ supervisor: kind, scope, file, text })
    out.note(`This would be written to ${file}:`)
    return out.write(text)
  }
  const { installService } = await import('../service/installation/install.ts')
  const result = await installService(home, scope, place)
  if (out.json) return out.result({ ...result, scope })
  out.line(`${result.unchanged ? 'Already there' : 'Written'}: ${result.file}`)
  out.line(`The service runs under ${result.supervisor}. iterm-orch service status tells how it is.`)
  for (const advice of result.advice) out.note(advice)
}

async function uninstallIt(flags: InstallFlags, { out }: CliContext): Promise<void> {
  const { uninstallService } = await import('../service/installation/install.ts')
  const { isOfHome, otherInstalled, supervisorFor } = await import('../service/installation/installed.ts')
  const { scope, place, home } = await target(flags)
  const supervisor = supervisorFor(home, scope, place)
  const { file } = supervisor
  if (flags.dryRun) {
    const installed = isOfHome(supervisor)
    if (out.json) return out.result({ scope, file, installed })
    out.line(installed ? `This would be removed, and the service stopped: ${file}` : `There is no ${file}.`)
  } else {
    const removed = await uninstallService(home, scope, place)
    if (out.json) return out.result({ removed })
    if (removed) return out.line(`Removed: ${file}. The service is stopped; the sessions go on.`)
    out.line('The service was not installed.')
  }
  const other = otherInstalled(home, scope, place)
  if (other) {
    out.note(
      `It is installed by ${other.supervisor.file}. To remove that: ${commandFor('uninstall', other.scope)}`,
    )
  }
}

/** Under sudo, the home of the person who called it. */
async function target({
  user,
  system,
}: InstallFlags): Promise<{ scope: InstallationScope; place: Place; home: Home }> {
  const { systemPlace, thisPlace } = await import('../service/installation/installed.ts')
  const { resolveHome } = await import('../lib/home.ts')
  const scope = system && !user ? 'system' : 'user'
  const place = scope === 'system' ? await systemPlace() : thisPlace
  return { scope, place, home: resolveHome(place.env) }
}
