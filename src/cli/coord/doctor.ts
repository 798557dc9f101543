import type { Command } from 'commander'
import type { CoordinationReport } from '../../coordination/examine.ts'
import { ExitCode } from '../../lib/errors.ts'
import { shownText } from '../../lib/shown-text.ts'
import type { CliContext } from '../context.ts'
import { addExamples } from '../examples.ts'

export function addCoordDoctor(parent: Command, context: CliContext): void {
  const command = parent
    .command('doctor')
    .description(
      'Looks through the tasks of all mailboxes for claims that are half made or whose owner is gone, missing ' +
        'links, results that were not sent, and tasks that nobody can claim. Exit code 1 when something is wrong.',
    )
    .summary('find what is wrong with tasks, and repair it')
    .option('--fix', 'repair what can be repaired without losing anything')
    .action(async ({ fix = false }: { fix?: boolean }) => {
      const [{ openComms }, { examineCoordination }] = await Promise.all([
        import('../../mail/comms.ts'),
        import('../../coordination/examine.ts'),
      ])
      const report = await examineCoordination(await openComms(context.home), { fix })
      const left = report.problems.filter(({ repaired }) => !repaired)
      if (left.length > 0) context.exitCode = ExitCode.failed
      if (context.out.json) {
        context.out.result(report)
        return
      }
      showTaskProblems(report, context)
      const counts = Object.entries(report.tasks).map(([state, count]) => `${count} ${state}`)
      context.out.line(`${report.mailboxes} mailboxes; tasks: ${counts.join(', ') || 'none'}.`)
    })
  addExamples(command, [['iterm-orch coord doctor --fix', 'after a crash']])
}

/** Each with what to do, or what was done. */
export function showTaskProblems({ problems }: CoordinationReport, { out }: CliContext): void {
  const { green, red, faint } = out.style
  for (const { path, problem, repair, repaired } of problems) {
    out.line(`${repaired ? green('✔') : red('✘')} ${shownText(problem)}. ${shownText(repair)}`)
    out.line(`  ${faint(shownText(path))}`)
  }
}
