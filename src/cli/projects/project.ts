/** project register, unregister, enable, disable, set, restart, default, tidy, list, show, init. */
import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import { quoteForShell } from '../../lib/shell-quote.ts'
import { shownText } from '../../lib/shown-text.ts'
import type { CliContext } from '../context.ts'
import { addExamples } from '../examples.ts'
import { addProjectDefault } from './project-default.ts'
import { addProjectList, addProjectShow } from './project-list.ts'
import { addProjectRestart } from './project-restart.ts'
import { addProjectSet, collectSetting, noteUnknownAgent } from './project-set.ts'
import { addProjectTidy } from './project-tidy.ts'

const projectArgument = ['<project>', 'name or directory of a project'] as const

export function addProject(program: Command, context: CliContext): void {
  const command = program
    .command('project')
    .description('Registers the projects whose `tasks/` hold documents for agents (docs/projects.md).')
    .summary('register projects, and look after them')
  addExamples(command, [
    ['iterm-orch project init ~/shop', 'make its tasks/, results/, state/ and logs/'],
    ['iterm-orch project register ~/shop', 'as project `shop`'],
    ['iterm-orch project list', 'all, and whether their directories are there'],
    ['iterm-orch project set shop agent=codex', 'by whom its documents are worked on'],
  ])
  addInit(command, context)
  addRegister(command, context)
  addUnregister(command, context)
  addEnable(command, context, true)
  addEnable(command, context, false)
  addProjectSet(command, context)
  addProjectRestart(command, context)
  addProjectDefault(command, context)
  addProjectTidy(command, context)
  addProjectList(command, context)
  addProjectShow(command, context)
}

function addInit(parent: Command, context: CliContext): void {
  const command = parent
    .command('init')
    .description(
      'Makes the directories of a project: `tasks/` with a text that shows how a task is written, and `results/`, ' +
        '`state/` and `logs/`, which git is told to leave alone. What is there already stays as it is.',
    )
    .summary('make the directories of a project')
    .argument('[directory]', 'the project', '.')
    .action(async (directory: string) => {
      const { initProject } = await import('../../projects/project-places.ts')
      const { projectDirectory } = await import('../../projects/project-directory.ts')
      const path = projectDirectory(directory)
      const made = initProject(path)
      if (context.out.json) return context.out.result({ path, made })
      for (const each of made) context.out.line(`Made: ${each}`)
      if (made.length === 0) context.out.line('Everything is there already.')
      if (!(await isRegistered(path, context)))
        context.out.line(`Next: iterm-orch project register ${quoteForShell(directory)}`)
    })
  addExamples(command, [['iterm-orch project init', 'in this directory']])
}

/** A registry that cannot be read is no reason to disturb somebody who makes directories. */
async function isRegistered(path: string, { home }: CliContext): Promise<boolean> {
  const { placeOf, readRegistry } = await import('../../projects/registry.ts')
  try {
    return readRegistry(home).projects.some((project) => placeOf(project.path) === path)
  } catch {
    return true
  }
}

function addRegister(parent: Command, context: CliContext): void {
  const command = parent
    .command('register')
    .description(
      'Registers a directory as a project, under its own name in kebab-case unless one is given. Nothing is written ' +
        'into the directory.',
    )
    .summary('register a directory as a project')
    .argument('[directory]', 'the project', '.')
    .option('-n, --name <name>', 'what it is called')
    .option('-s, --set <setting>', 'as `project set` has it, such as agent=codex; repeatable', collectSetting)
    .action(async (directory: string, { name, set = [] }: { name?: string; set?: string[] }) => {
      const { registerProject } = await import('../../projects/change-registry.ts')
      const { parseSettings } = await import('../../projects/parse-setting.ts')
      const { placesIn } = await import('../../projects/project-places.ts')
      const settings = parseSettings(set)
      const project = await registerProject(context.home, directory, { name, settings })
      await noteUnknownAgent(settings, context)
      if (context.out.json) context.out.result({ project })
      else {
        context.out.line(`Registered: ${project.name}  ${shownText(project.path)}`)
        if (!existsSync(placesIn(project.path).tasks))
          context.out.line(`Next: iterm-orch project init ${quoteForShell(directory)}`)
      }
    })
  addExamples(command, [
    ['iterm-orch project register', 'this directory'],
    ['iterm-orch project register ~/src/shop --name shop-2', 'under another name'],
    ['iterm-orch project register --set agent=codex --set retries=1', 'with an agent of its own'],
  ])
}

function addUnregister(parent: Command, context: CliContext): void {
  const command = parent
    .command('unregister')
    .description('Forgets a project. Its directory, its tasks and its results stay as they are.')
    .summary('forget a project')
    .argument(...projectArgument)
    .action(async (wanted: string) => {
      const { unregisterProject } = await import('../../projects/change-registry.ts')
      const name = await unregisterProject(context.home, wanted)
      if (context.out.json) context.out.result({ unregistered: name })
      else context.out.line(`Unregistered: ${shownText(name)}`)
    })
  addExamples(command, [['iterm-orch project unregister shop', 'its files stay']])
}

function addEnable(parent: Command, context: CliContext, enabled: boolean): void {
  const name = enabled ? 'enable' : 'disable'
  const command = parent
    .command(name)
    .description(
      enabled
        ? 'Takes a project into use again that was disabled.'
        : 'Takes a project out of use; it stays registered.',
    )
    .summary(enabled ? 'take a project into use again' : 'take a project out of use')
    .argument(...projectArgument)
    .action(async (wanted: string) => {
      const { enableProject } = await import('../../projects/change-registry.ts')
      const project = await enableProject(context.home, wanted, enabled)
      if (context.out.json) context.out.result({ project })
      else context.out.line(`${enabled ? 'Enabled' : 'Disabled'}: ${shownText(project.name)}`)
    })
  addExamples(command, [
    [`iterm-orch project ${name} shop`, enabled ? 'from now on' : 'until it is enabled again'],
  ])
}
