/** focus, close, rename, restart-session: one request each. */
import type { Command } from 'commander'
import { shownText } from '../lib/shown-text.ts'
import type { SessionInfo } from '../service/api.ts'
import type { CliContext } from './context.ts'
import { addExamples } from './examples.ts'
import { ownEnvironment } from './own-environment.ts'
import { shortId, styledState } from './session-text.ts'

const sessionArgument = ['<session>', 'id, beginning of an id, name or task'] as const

export function addSessionCommands(program: Command, context: CliContext): void {
  addFocus(program, context)
  addRename(program, context)
  addRestart(program, context)
  addClose(program, context)
}

function addFocus(program: Command, context: CliContext): void {
  const command = program
    .command('focus')
    .description('Brings the window, tab and pane of a session to the front, in a terminal that has windows.')
    .summary('bring a session to the front')
    .argument(...sessionArgument)
    .action(async (reference: string) => {
      const service = await context.service()
      const session = await service.session(reference)
      await service.focus(session.id)
      if (context.out.json) context.out.result({ session })
      else context.out.line(`In front: ${title(session)}`)
    })
  addExamples(command, [['iterm-orch focus reviewer', 'shows its tab']])
}

function addRename(program: Command, context: CliContext): void {
  const command = program
    .command('rename')
    .description('Gives a session another name, here and in the terminal.')
    .summary('give a session another name')
    .argument(...sessionArgument)
    .argument('<name>', 'the new name')
    .action(async (reference: string, name: string) => {
      const session = await (await context.service()).rename(reference, name)
      if (context.out.json) context.out.result({ session })
      else context.out.line(`Renamed: ${title(session)}`)
    })
  addExamples(command, [['iterm-orch rename 4F2A reviewer', 'from now on it is `reviewer`']])
}

function addRestart(program: Command, context: CliContext): void {
  const command = program
    .command('restart-session')
    .description(
      'Starts the program of a session again, in the same place; one that still runs is ended first.',
    )
    .summary('start the program of a session again')
    .argument(...sessionArgument)
    .option('-f, --force', 'also while its account is at its limit, or logged out')
    .action(async (reference: string, { force }: { force?: boolean }) => {
      const session = await (await context.service()).restart(reference, ownEnvironment(), force)
      if (context.out.json) context.out.result({ session })
      else
        context.out.line(`Started again: ${title(session)}  ${styledState(session.state, context.out.style)}`)
    })
  addExamples(command, [['iterm-orch restart-session reviewer', 'after its agent has crashed']])
}

function addClose(program: Command, context: CliContext): void {
  const command = program
    .command('close')
    .description('Ends the programs of sessions and closes them.')
    .summary('close sessions')
    .argument('<session...>', 'ids, beginnings of ids, names or tasks')
    .option('-f, --force', 'also when the terminal would ask first')
    .action(async (references: string[], options: { force?: boolean }) => {
      const service = await context.service()
      // All are looked up before any is closed: a mistyped name closes nothing.
      const sessions = await Promise.all(references.map((reference) => service.session(reference)))
      const unique = [...new Map(sessions.map((session) => [session.id, session])).values()]
      for (const session of unique) {
        await service.close(session.id, { force: options.force ?? false })
        if (!context.out.json) context.out.line(`Closed: ${title(session)}`)
      }
      if (context.out.json) context.out.result({ sessions: unique })
    })
  addExamples(command, [
    ['iterm-orch close reviewer', 'ends one'],
    ['iterm-orch close 4F2A 91C0 --force', 'ends two without questions'],
  ])
}

function title(session: SessionInfo): string {
  return `${shortId(session)}  ${shownText(session.name)}`
}
