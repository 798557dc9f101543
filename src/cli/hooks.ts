import { resolve } from 'node:path'
import type { Command } from 'commander'
import { ExitCode } from '../lib/errors.ts'
import type { HookChange, HookOptions, HookStatus } from '../signals/hooks/install.ts'
import type { CliContext } from './context.ts'
import { addExamples } from './examples.ts'

interface HookFlags {
  project?: string
  always?: boolean
}

export function addHooks(program: Command, context: CliContext): void {
  const group = program
    .command('hooks')
    .helpCommand(false)
    .description(
      'Has agents tell themselves what they do, by their hooks: entries in their own settings, beside those\n' +
        'that are there. For claude, codex, gemini and qwen. Agents that were not launched by iterm-orch take\n' +
        'no notice of them.',
    )
    .summary('have agents tell what they do: install, uninstall, status')
  addExamples(group, [
    ['iterm-orch hooks install claude', 'for everything you do with Claude Code'],
    ['iterm-orch hooks status', 'how they stand with every agent'],
    ['iterm-orch hooks uninstall claude', 'as it was before'],
  ])
  addInstall(group, context)
  addUninstall(group, context)
  addStatus(group, context)
}

function addInstall(group: Command, context: CliContext): void {
  const command = withPlace(group.command('install'))
    .description(
      'Puts our entries into the settings of an agent and changes nothing else in them. A copy of the file as\n' +
        'it was is kept beside it, with the ending .iterm-orch-backup. Installing again brings them up to date.',
    )
    .option('--always', 'report agents that iterm-orch did not launch, too')
    .action(async (agent: string, flags: HookFlags) => {
      const { installHooks } = await import('../signals/hooks/install.ts')
      showChange(await installHooks(await optionsOf(agent, flags, context)), 'Installed', context)
    })
  addExamples(command, [
    ['iterm-orch hooks install claude', 'in ~/.claude/settings.json'],
    ['iterm-orch hooks install claude --project .', 'in .claude/settings.local.json, which is not shared'],
  ])
}

function addUninstall(group: Command, context: CliContext): void {
  const command = withPlace(group.command('uninstall'))
    .description('Takes our entries out of the settings of an agent, and nothing else.')
    .action(async (agent: string, flags: HookFlags) => {
      const { uninstallHooks } = await import('../signals/hooks/install.ts')
      showChange(await uninstallHooks(await optionsOf(agent, flags, context)), 'Taken out', context)
    })
  addExamples(command, [['iterm-orch hooks uninstall codex', 'out of hooks.json and config.toml']])
}

function addStatus(group: Command, context: CliContext): void {
  const command = group
    .command('status')
    .argument('[agent]', 'claude, codex, gemini or qwen; all of them when absent')
    .option('--project <directory>', "the agent's settings for this directory")
    .description(
      'Tells how the hooks stand: installed, not-installed, outdated (install them again) or broken.\n' +
        'Exit code 1 when those of the named agent are not installed.',
    )
    .action(async (agent: string | undefined, flags: HookFlags) => {
      const { hookStatus } = await import('../signals/hooks/install.ts')
      const { agentsWithHooks } = await import('../signals/hooks/hook-support.ts')
      const statuses: HookStatus[] = []
      for (const name of agent === undefined ? agentsWithHooks : [agent])
        statuses.push(hookStatus(await optionsOf(name, flags, context)))
      if (agent !== undefined && statuses[0]?.state !== 'installed') context.exitCode = ExitCode.failed
      if (context.out.json) context.out.result(agent === undefined ? { agents: statuses } : statuses[0])
      else for (const status of statuses) showStatus(status, context)
    })
  addExamples(command, [['iterm-orch hooks status claude --json', 'for programs']])
}

function withPlace(command: Command): Command {
  return command
    .argument('<agent>', 'claude, codex, gemini or qwen')
    .option('--project <directory>', "the agent's settings for this directory, instead of your own")
}

async function optionsOf(agent: string, flags: HookFlags, context: CliContext): Promise<HookOptions> {
  const { ownCommand } = await import('../service/own-command.ts')
  return {
    home: context.home,
    agent,
    own: ownCommand(),
    ...(flags.project !== undefined && { project: resolve(flags.project) }),
    ...(flags.always !== undefined && { always: flags.always }),
  }
}

function showChange(change: HookChange, what: string, { out }: CliContext): void {
  if (out.json) {
    out.result(change)
    return
  }
  for (const { path, changed, backup } of change.files) {
    out.line(changed ? `${what}: ${path}` : `Nothing to change: ${path}`)
    if (backup !== undefined) out.line(out.style.faint(`  as it was before: ${backup}`))
  }
  for (const note of change.notes) out.note(note)
}

function showStatus({ agent, path, state, why, notes }: HookStatus, { out }: CliContext): void {
  const { green, red, yellow, faint } = out.style
  const color = { installed: green, 'not-installed': faint, outdated: yellow, broken: red }[state]
  out.line(`${agent.padEnd(7)} ${color(state.padEnd(13))} ${path}`)
  for (const line of [why, ...notes]) if (line !== undefined) out.line(`        ${line}`)
}
