import type { Command } from 'commander'
import { ExitCode } from '../../lib/errors.ts'
import type { CliContext } from '../context.ts'
import { showTaskProblems } from '../coord/doctor.ts'
import { addExamples } from '../examples.ts'
import { asOption } from './mail-call.ts'
import { oneLine } from './message-text.ts'

export function addMail(program: Command, context: CliContext): void {
  const mail = program
    .command('mail')
    .description('Makes mailboxes, and finds and repairs what is wrong with them.')
    .summary('make, examine and repair mailboxes')
  addExamples(mail, [['iterm-orch mail doctor --fix', 'finds and repairs what is wrong']])
  addInit(mail, context)
  addDoctorOfMail(mail, context)
}

function addInit(mail: Command, context: CliContext): void {
  const command = mail
    .command('init')
    .description('Makes a mailbox with all of its directories, or those that are missing.')
    .argument('[mailbox]', 'its name (default: your own)')
    .addOption(asOption())
    .action(async (name: string | undefined, { as }: { as?: string }) => {
      const [{ openComms }, { ownMailbox }, { createMailbox }] = await Promise.all([
        import('../../mail/comms.ts'),
        import('../../mail/identity.ts'),
        import('../../mail/mailbox.ts'),
      ])
      const wanted = name ?? ownMailbox(as, context.home)
      const mailbox = createMailbox(await openComms(context.home), wanted)
      if (context.out.json) context.out.result({ mailbox: mailbox.name, path: mailbox.path })
      else context.out.line(`${context.out.style.green('there')}: ${mailbox.path}`)
    })
  addExamples(command, [['iterm-orch mail init claude_cli_reviewer_4711', 'makes a mailbox']])
}

function addDoctorOfMail(mail: Command, context: CliContext): void {
  const command = mail
    .command('doctor')
    .description(
      'Looks through all mailboxes for what cannot be read, torn lines, copies and files without a counterpart, ' +
        'what waits too long, and, like `coord doctor`, what is wrong with tasks; says how to repair it. Exit code ' +
        '1 when something is left to repair.',
    )
    .summary('find and repair what is wrong with mailboxes')
    .option('--fix', 'repair what can be repaired without losing anything')
    .action(async ({ fix = false }: { fix?: boolean }) => {
      const [{ openComms }, { examineMail }, { examineCoordination }] = await Promise.all([
        import('../../mail/comms.ts'),
        import('../../mail/doctor.ts'),
        import('../../coordination/examine.ts'),
      ])
      const { out } = context
      const comms = await openComms(context.home)
      const report = examineMail(comms, { fix })
      const coordination = await examineCoordination(comms, { fix })
      if (out.json) out.result({ root: comms.root, ...report, coordination })
      else {
        for (const { kind, path, detail, repair, fixed } of report.problems) {
          const mark = fixed ? out.style.green('repaired') : out.style.yellow(kind)
          out.line(`${mark} ${oneLine(path)}\n  ${oneLine(detail)}${fixed ? '' : `\n  → ${oneLine(repair)}`}`)
        }
        showTaskProblems(coordination, context)
        const left =
          report.problems.filter(({ fixed }) => !fixed).length +
          coordination.problems.filter(({ repaired }) => !repaired).length
        const tasks = Object.values(coordination.tasks).reduce((sum, count) => sum + count, 0)
        const counts = [
          counted(report.mailboxes, 'mailbox', 'mailboxes'),
          counted(report.messages, 'message', 'messages'),
          counted(tasks, 'task', 'tasks'),
        ].join(', ')
        out.line(
          left === 0
            ? `${out.style.green('clean')}: ${counts}`
            : `${counted(left, 'problem', 'problems')}: ${counts}`,
        )
      }
      const isLeft =
        report.problems.some(({ fixed, kind }) => !fixed && kind !== 'stuck') ||
        coordination.problems.some(({ repaired }) => !repaired)
      if (isLeft) context.exitCode = ExitCode.failed
    })
  addExamples(command, [
    ['iterm-orch mail doctor', 'what is wrong, and what to do'],
    ['iterm-orch mail doctor --fix --json', 'repairs, and reports for programs'],
  ])
}

function counted(count: number, one: string, several: string): string {
  return `${count} ${count === 1 ? one : several}`
}
