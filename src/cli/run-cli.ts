/** Runs one command line and gives its exit code. */
import { constants } from 'node:os'
import { CommanderError } from 'commander'
import { ExitCode } from '../lib/errors.ts'
import { commandNamed } from './command-tree.ts'
import { CliContext } from './context.ts'
import { createProgram } from './program.ts'
import { explainProject, projectBehindCommand } from './projects/project-first.ts'
import { reportError } from './report-error.ts'

/** @param argv arguments without the interpreter and the script */
export async function runCli(argv: readonly string[]): Promise<number> {
  const context = new CliContext(argv)
  const program = createProgram(context)
  context.onUncaughtError((error) => {
    process.exit(reportError(error, context.out, context.debug, program.name()))
  })
  let words = argv
  try {
    words = projectBehindCommand(program, argv)
    await program.parseAsync([...words], { from: 'user' })
  } catch (error) {
    // Help and version were shown: commander leaves by an exception.
    if (error instanceof CommanderError && quietCodes.has(error.code)) return ExitCode.done
    const told = explainProject(error, program, words)
    return reportError(told, context.out, context.debug, `${commandNamed(program, words)} --help`)
  }
  // A command that was interrupted ends as a shell reports it: 128 and the number of the signal.
  if (context.interruptedBy) return 128 + constants.signals[context.interruptedBy]
  return context.exitCode
}

const quietCodes = new Set(['commander.help', 'commander.helpDisplayed', 'commander.version'])
