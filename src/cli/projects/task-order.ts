/** task hold, release, move. */
import type { Command } from 'commander'
import { OrchError } from '../../lib/errors.ts'
import type { Move } from '../../projects/change-queue.ts'
import { findTask } from '../../projects/find-task.ts'
import type { Project } from '../../projects/project.ts'
import type { QueuedTask } from '../../projects/project-queue.ts'
import type { CliContext } from '../context.ts'
import { addExamples } from '../examples.ts'
import { lookAtProject } from './look-at-project.ts'
import { whyText } from './project-text.ts'
import { projectOption, theProject } from './projects-of.ts'

const documentArgument = ['<document>', 'name of the task, its file, or its description'] as const

export function addHoldCommands(parent: Command, context: CliContext): void {
  const hold = parent
    .command('hold')
    .description('Holds a task back: it keeps its place in the queue, and is not begun until it is released.')
    .summary('hold a task back')
    .argument(...documentArgument)
    .option(...projectOption)
    .action(async (document: string, options: ProjectOptions) => {
      const { holdTask } = await import('../../projects/change-queue.ts')
      const project = await theProject(context, options.project)
      await report(await holdTask(project.path, document), project, context)
    })
  addExamples(hold, [['iterm-orch task hold fix-the-login', 'until it is released']])
  const release = parent
    .command('release')
    .description('Releases a task that was held back.')
    .summary('release a task that was held back')
    .argument(...documentArgument)
    .option(...projectOption)
    .action(async (document: string, options: ProjectOptions) => {
      const { releaseTask } = await import('../../projects/change-queue.ts')
      const project = await theProject(context, options.project)
      await report(await releaseTask(project.path, document), project, context)
    })
  addExamples(release, [['iterm-orch task release fix-the-login', 'it waits for its turn again']])
}

export function addMove(parent: Command, context: CliContext): void {
  const command = parent
    .command('move')
    .description('Moves a task within the queue, whatever its priority and its time.')
    .summary('move a task within the queue')
    .argument(...documentArgument)
    .option('--first', 'before all others')
    .option('--last', 'after all that are there now')
    .option('--before <document>', 'directly before that one')
    .option('--after <document>', 'directly after that one')
    .option(...projectOption)
    .action(async (document: string, options: MoveOptions) => {
      const { moveTask } = await import('../../projects/change-queue.ts')
      const move = moveOf(options)
      const project = await theProject(context, options.project)
      await report(await moveTask(project.path, document, move), project, context)
    })
  addExamples(command, [
    ['iterm-orch task move fix-the-login --first', 'the next one'],
    ['iterm-orch task move write-docs --after fix-the-login', 'directly after it'],
  ])
}

interface ProjectOptions {
  project?: string
}

interface MoveOptions extends ProjectOptions {
  first?: boolean
  last?: boolean
  before?: string
  after?: string
}

function moveOf({ first, last, before, after }: MoveOptions): Move {
  const moves: Move[] = [
    ...(first ? ['first' as const] : []),
    ...(last ? ['last' as const] : []),
    ...(before === undefined ? [] : [{ before }]),
    ...(after === undefined ? [] : [{ after }]),
  ]
  const [move] = moves
  if (move !== undefined && moves.length === 1) return move
  throw new OrchError('usage', 'Say where the task goes, in one way.', {
    hint: 'One of --first, --last, --before <document> and --after <document>.',
  })
}

/** As it is now, also where it is over and only waits when it is asked for again. */
async function report(changed: QueuedTask, project: Project, context: CliContext): Promise<void> {
  const { view } = await lookAtProject(context, project)
  const task = findTask(view.tasks, changed.id)
  if (context.out.json) return context.out.result({ task })
  const held = changed.status === 'held' && task.state !== 'held' ? '; held when it is run again' : ''
  const why = whyText(task, Date.now())
  context.out.line(`${task.id}: ${task.state}${why === '' ? '' : `, ${why}`}${held}`)
}
