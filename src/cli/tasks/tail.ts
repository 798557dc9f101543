import { statSync } from 'node:fs'
import type { Command } from 'commander'
import { OrchError } from '../../lib/errors.ts'
import type { ReadLine } from '../../runner/read-log.ts'
import type { CliContext } from '../context.ts'
import { addExamples } from '../examples.ts'
import { wholeNumber } from '../parse-number.ts'

interface TailOptions {
  follow?: boolean
  lines: number
  step?: string
  run?: string
}

/** More than anybody reads; whoever wants all of it has the file. */
const mostLines = 1_000_000

export function addTail(program: Command, context: CliContext): void {
  const command = program
    .command('tail')
    .description(
      'Shows what a task printed: the end of logs/<task>.log, with older files of it where that is not enough. ' +
        'It needs no service. Marks: | standard output, ! standard error, : said by iterm-orch.',
    )
    .summary('show what a task prints')
    .argument('<task>', 'name of the task')
    .option('-f, --follow', 'go on with what it prints from now on, over rotations, until interrupted')
    .option('-n, --lines <number>', 'how many of the last lines', wholeNumber(0, mostLines), 20)
    .option('-s, --step <step>', 'only of this step')
    .option('--run <run>', 'only of this run (see `iterm-orch history`)')
    .action((task: string, options: TailOptions) => tail(task, options, context))
  addExamples(command, [
    ['iterm-orch tail build', 'the last 20 lines'],
    ['iterm-orch tail build -f', 'and what comes'],
    ['iterm-orch tail nightly-audit --step audit -n 200', 'the last 200 of one step'],
    ['iterm-orch tail build -f --json', 'one object a line: at, run, step, stream, text'],
  ])
}

async function tail(task: string, options: TailOptions, context: CliContext): Promise<void> {
  const { logEnd } = await import('../../lib/rotated-log.ts')
  const { followLog, lastLogLines, LineJoiner } = await import('../../runner/read-log.ts')
  const { logFile } = await import('../../runner/run-paths.ts')
  const path = logFile(context.home, task)
  if (!options.follow && !statSync(path, { throwIfNoEntry: false })) throw await noLog(task, context)
  const end = logEnd(path)
  const joiner = new LineJoiner()
  const { logText } = await import('./log-text.ts')
  const fits = (line: ReadLine) => isWanted(line, options)
  let found = false
  const show = (line: ReadLine) => {
    found = true
    const whole = fits(line) ? joiner.take(line) : undefined
    if (!whole) return
    if (context.out.json) context.out.record(inJson(whole))
    else context.out.line(logText(whole, context.out.style))
  }
  for (const line of lastLogLines(path, options.lines, fits)) show(line)
  const { step, run } = options
  if (!found && (step !== undefined || run !== undefined)) {
    const part = [step !== undefined && `step ${step}`, run !== undefined && `run ${run}`].filter(Boolean)
    context.out.note(`Nothing of ${part.join(' and ')} stands in the log of ${task}.`)
  }
  if (!options.follow) return
  for await (const line of followLog(path, end, context.untilInterrupted())) show(line)
}

/** Its parts were put together. */
function inJson(line: ReadLine): object {
  if (!('stream' in line)) return line
  const { goesOn: _, ...whole } = line
  return whole
}

function isWanted(line: ReadLine, { step, run }: TailOptions): boolean {
  if (!('stream' in line)) return step === undefined && run === undefined
  return (step === undefined || line.step === step) && (run === undefined || line.run === run)
}

async function noLog(task: string, { home }: CliContext): Promise<OrchError> {
  const [{ knownTasks }, { nearest }] = await Promise.all([
    import('../../runner/run-files.ts'),
    import('../../lib/nearest-word.ts'),
  ])
  const near = nearest(task, knownTasks(home))
  const hint = near === undefined || near === task ? '' : ` Did you mean ${near}?`
  return new OrchError('task-not-found', `There is no log of a task ${task}.`, {
    hint: `Nothing has run under this name yet. See \`iterm-orch list\` for the tasks.${hint}`,
  })
}
