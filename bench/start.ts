// What the start of a command costs: CPU of ten commands, in turns with node that does nothing, in a home with a
// service that has nothing to do. Needs the build, since that is what people start. Argument: turns.
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { builtCommand } from './support/built-command.ts'
import { startService } from './support/own-service.ts'
import { childrenCpuSeconds } from './support/process-usage.ts'
import { number, percentile, ratio } from './support/statistics.ts'
import { printTable } from './support/table.ts'

const turns = Number(process.argv[2] ?? 20)
const nobody = '00000000'

const service = await startService()
const project = join(service.home, 'project')
mkdirSync(project)
run(builtCommand('project', 'init'))
run(builtCommand('project', 'register'))
// What is written into it is not begun.
run(builtCommand('project', 'disable', 'project'))

const nothing = 'node that does nothing'
const commands = new Map([
  [nothing, [process.execPath, '-e', '0']],
  ...[
    '--version',
    '__complete -- p',
    '__complete -- why ',
    'ps',
    'task new "say hello"',
    'queue',
    'projects',
    `answer ${nobody} 1`,
    `inject ${nobody} hello`,
    'list',
  ].map((line): [string, string[]] => [line, builtCommand(...wordsOf(line))]),
])
const times = new Map([...commands.keys()].map((name): [string, number[]] => [name, []]))
const cpu = new Map<string, number>()

try {
  for (let turn = 0; turn < turns; turn++) {
    for (const [name, command] of commands) {
      const [cpuBefore, started] = [childrenCpuSeconds(), performance.now()]
      run(command)
      times.get(name)?.push(performance.now() - started)
      cpu.set(name, (cpu.get(name) ?? 0) + ((childrenCpuSeconds() - cpuBefore) * 1_000) / turns)
    }
  }
  const bare = cpu.get(nothing) ?? Number.NaN
  printTable(
    `Start of a command, ${turns} times each, in turns`,
    ['', 'CPU, mean ms', "CPU : node's", 'best, ms', 'median, ms'],
    [...times].map(([name, all]) => [
      name,
      number(cpu.get(name) ?? Number.NaN),
      ratio(cpu.get(name) ?? Number.NaN, bare),
      number(Math.min(...all)),
      number(percentile(all, 0.5)),
    ]),
  )
} finally {
  await service.stop()
}

/** Errors belong to some of them: nobody has the session that is named. */
function run([file = '', ...args]: string[]): void {
  spawnSync(file, args, { cwd: project, stdio: 'ignore' })
}

/** A word in double quotes may have blanks. */
function wordsOf(line: string): string[] {
  return line.split(/ (?=(?:[^"]*"[^"]*")*[^"]*$)/).map((word) => word.replaceAll('"', ''))
}
