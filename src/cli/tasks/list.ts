import { homedir } from 'node:os'
import type { Command } from 'commander'
import { shownText } from '../../lib/shown-text.ts'
import type { LoadedTask } from '../../tasks/definition/load-tasks.ts'
import type { CliContext } from '../context.ts'
import { addExamples } from '../examples.ts'
import type { Column } from '../table.ts'
import { definedTasks, type FilesOption, withFiles } from './defined-tasks.ts'
import { scheduleText } from './schedule-text.ts'

export function addList(program: Command, context: CliContext): void {
  const command = withFiles(program.command('list'))
    .description(
      'Lists the tasks of config.yaml, of the project’s iterm-orch.yaml (found from here upwards) and of the given ' +
        'files, with the line that defines each. Of two with the same name the later file counts, in this order. ' +
        'A cron task or daemon that is off runs by itself only when it is enabled (`iterm-orch enable`). What is ' +
        'wrong in a file is told with its place; exit code 2.',
    )
    .summary('list the tasks that are defined')
    .action(async (options: FilesOption) => {
      const { tasks, limits, problems, isEnabled } = await definedTasks(context, options)
      const listed = tasks.map((each): ListedTask => ({ ...each, enabled: isEnabled(each) }))
      if (context.out.json) context.out.result({ tasks: await forPrograms(listed), limits, problems })
      else await showTable(listed, context)
    })
  addExamples(command, [
    ['iterm-orch list', 'what can be run here'],
    ['iterm-orch list -f ci.yaml', 'with the tasks of another file'],
    ["iterm-orch list --json | jq -r '.tasks[].task.name'", 'the names, for a program'],
  ])
}

interface ListedTask extends LoadedTask {
  /** Whether it runs by itself. */
  enabled: boolean
}

/** Whoever keeps the output keeps no secrets that somebody wrote into a file. */
async function forPrograms(tasks: readonly ListedTask[]) {
  const { redactDeep } = await import('../../lib/redact/redact-values.ts')
  return tasks.map(({ task, enabled, file, line, hides }) => {
    return { task: redactDeep(task), enabled, file, line, hides }
  })
}

async function showTable(tasks: readonly ListedTask[], { out }: CliContext): Promise<void> {
  if (tasks.length === 0) {
    out.line('There are no tasks here. Begin a file: iterm-orch config init --project')
    return
  }
  const { renderTable } = await import('../table.ts')
  const columns: Column[] = [
    { title: 'TASK', least: 10 },
    { title: 'TYPE' },
    { title: 'WHEN', least: 10 },
    { title: 'STEPS' },
    { title: 'NEEDS', least: 6 },
    { title: 'GROUPS', least: 6 },
    { title: 'FROM', least: 12 },
    { title: 'DESCRIPTION', least: 8 },
  ]
  const rows = tasks.map(({ task, enabled, file, line, hides }) => [
    { text: task.name, style: out.style.bold },
    { text: task.type },
    { text: task.type === 'one-shot' || enabled ? scheduleText(task) : `${scheduleText(task)}, off` },
    { text: String(task.steps.length) },
    { text: task.needs.join(', ') },
    { text: task.groups.join(', ') },
    {
      text: `${shortPath(file)}:${line}${hides.length > 0 ? ' (hides another)' : ''}`,
      style: out.style.faint,
    },
    { text: shownText(task.description ?? '') },
  ])
  for (const text of renderTable(columns, rows, out.width, out.style.faint)) out.line(text)
}

function shortPath(file: string): string {
  const home = homedir()
  return shownText(file.startsWith(`${home}/`) ? `~${file.slice(home.length)}` : file)
}
