import type { Command } from 'commander'
import { ExitCode } from '../lib/errors.ts'
import { shownText } from '../lib/shown-text.ts'
import type { DoctorCheck } from '../service/api.ts'
import type { CliContext } from './context.ts'
import type { Diagnosis } from './doctor/examine.ts'
import { addExamples } from './examples.ts'

export function addDoctor(program: Command, context: CliContext): void {
  const command = program
    .command('doctor')
    .description(
      'Looks for everything that iterm-orch needs, says what to do about what is missing, and which terminal ' +
        'a launch would use. Changes nothing and starts nothing. Exit code 4 when no terminal can be used.',
    )
    .summary('find what is missing, and how to mend it')
    .action(async () => {
      const { examine } = await import('./doctor/examine.ts')
      const diagnosis = await examine(context.home)
      if (!diagnosis.usable) context.exitCode = ExitCode.terminalUnavailable
      if (context.out.json) context.out.result(diagnosis)
      else show(diagnosis, context)
    })
  addExamples(command, [
    ['iterm-orch doctor', 'a line for each precondition'],
    [`iterm-orch doctor --json | jq '.checks[] | select(.status != "ok")'`, 'only what is missing'],
  ])
}

function show({ terminal, usable, checks }: Diagnosis, { out }: CliContext): void {
  const marks = { ok: out.style.green('✓'), warn: out.style.yellow('!'), fail: out.style.red('✗') }
  const width = Math.max(...checks.map(({ name }) => name.length))
  for (const { name, status, detail, fix } of checks) {
    out.line(`${marks[status]} ${name.padEnd(width)}  ${shownText(detail)}`)
    if (fix !== undefined && status !== 'ok')
      out.line(`  ${' '.repeat(width)}  ${out.style.faint(`→ ${fix}`)}`)
  }
  const name = terminal.kind === 'iterm2' ? 'iTerm2' : 'the embedded host'
  out.line()
  out.line(`${out.style.bold(`A launch would use ${name}.`)} ${shownText(terminal.why)}`)
  if (usable) return
  const broken = checks
    .filter((check): check is DoctorCheck => check.status === 'fail')
    .map((check) => check.name)
  out.line(out.style.red(`It cannot be used now: ${broken.join(', ')}.`))
}
