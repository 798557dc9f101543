import type { Command } from 'commander'
import type { LoadedTask } from '../../tasks/definition/load-tasks.ts'
import type { CliContext } from '../context.ts'
import { addExamples } from '../examples.ts'
import { wholeNumber } from '../parse-number.ts'
import { since } from '../session-text.ts'
import { definedTasks, type FilesOption, withFiles } from './defined-tasks.ts'
import { scheduleText } from './schedule-text.ts'

interface NextOptions extends FilesOption {
  number: number
}

/** A run that is to come. */
interface Upcoming {
  task: LoadedTask['task']
  /** What the schedule says. */
  slot: number
  /** With jitter. */
  start: number
}

const mostShown = 1_000

export function addNext(program: Command, context: CliContext): void {
  const command = withFiles(program.command('next'))
    .description(
      'Lists the coming runs of cron tasks, the next first, as their schedules have them: over daylight saving, ' +
        'and with jitter. Without names, of those that are enabled: tasks of config.yaml, and of projects those that ' +
        'somebody enabled (`iterm-orch enable`).',
    )
    .summary('list what runs when')
    .argument('[task...]', 'only these')
    .option('-n, --number <number>', 'how many runs', wholeNumber(1, mostShown), 10)
    .action(async (names: string[], options: NextOptions) => {
      const { tasks, problems, isEnabled } = await definedTasks(context, options)
      const wanted = names.length === 0 ? tasks.filter(isEnabled) : await chosen(tasks, names)
      const runs = await upcoming(wanted, options.number, Date.now())
      if (context.out.json) context.out.result({ runs: runs.map(forPrograms), problems })
      else await showTable(runs, context)
    })
  addExamples(command, [
    ['iterm-orch next', 'the ten next runs'],
    ['iterm-orch next nightly-audit -n 3', 'when a task runs'],
  ])
}

/** @throws {OrchError} `task-not-found` for a name that there is not. */
async function chosen(tasks: readonly LoadedTask[], names: readonly string[]): Promise<LoadedTask[]> {
  const { selectTasks } = await import('../../tasks/schedule/select-tasks.ts')
  const { chosen, unknown } = selectTasks(
    tasks.map(({ task }) => task),
    names,
  )
  const [first] = unknown
  if (first === undefined) return tasks.filter(({ task }) => chosen.includes(task))
  const { unknownTask } = await import('../../tasks/schedule/known-tasks.ts')
  throw unknownTask(
    first,
    tasks.map(({ task }) => task.name),
  )
}

async function upcoming(tasks: readonly LoadedTask[], count: number, now: number): Promise<Upcoming[]> {
  const { nextSlots, startOfSlot } = await import('../../tasks/definition/schedule.ts')
  const runs = tasks.flatMap(({ task }) => {
    const { schedule } = task
    if (schedule === undefined) return []
    return nextSlots(schedule, now, count).map((slot) => ({
      task,
      slot,
      start: startOfSlot(task.name, schedule, slot),
    }))
  })
  return runs.sort((a, b) => a.start - b.start || a.task.name.localeCompare(b.task.name)).slice(0, count)
}

function forPrograms({ task, slot, start }: Upcoming) {
  return { task: task.name, slot: new Date(slot).toISOString(), start: new Date(start).toISOString() }
}

async function showTable(runs: readonly Upcoming[], { out }: CliContext): Promise<void> {
  if (runs.length === 0) {
    out.line('Nothing is to come: no task here with a schedule is enabled. See `iterm-orch list`.')
    return
  }
  const { renderTable } = await import('../table.ts')
  const columns = [
    { title: 'START' },
    { title: 'IN' },
    { title: 'TASK', least: 10 },
    { title: 'SCHEDULE', least: 10 },
  ]
  const now = Date.now()
  const rows = runs.map(({ task, start }) => [
    { text: localTime(start) },
    { text: since(new Date(now).toISOString(), start) },
    { text: task.name, style: out.style.bold },
    { text: scheduleText(task), style: out.style.faint },
  ])
  for (const text of renderTable(columns, rows, out.width, out.style.faint)) out.line(text)
}

/** `Mon 2026-11-23 03:00:00`, here. */
function localTime(moment: number): string {
  const date = new Date(moment)
  const two = (value: number) => String(value).padStart(2, '0')
  const day = date.toLocaleDateString('en', { weekday: 'short' })
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')
  return `${day} ${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${time}`
}
