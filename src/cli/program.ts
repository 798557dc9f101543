/** The tree of commands. Nothing heavy is loaded here: commands import the service when they run. */
import { Command } from 'commander'
import { ownVersion } from '../lib/version.ts'
import { addAnswer } from './answer.ts'
import { addAskPermission } from './ask-permission.ts'
import { addAttach } from './attach.ts'
import { addCapture } from './capture.ts'
import { addComplete, addCompletion } from './completion.ts'
import { addConfig } from './config.ts'
import type { CliContext } from './context.ts'
import { addCoord } from './coord/coord.ts'
import { addDemo } from './demo.ts'
import { addDetect } from './detect.ts'
import { addDoctor } from './doctor.ts'
import { addEscalationCommands } from './escalation/add-escalation-commands.ts'
import { addExamples } from './examples.ts'
import { addHelp } from './help.ts'
import { addHook } from './hook.ts'
import { addHooks } from './hooks.ts'
import { addHost } from './host.ts'
import { addInject } from './inject.ts'
import { addLaunch } from './launch.ts'
import { addLimits } from './limits.ts'
import { addMailCommands } from './mail/add-mail-commands.ts'
import { addBrief } from './orch/brief.ts'
import { addOrch } from './orch/orch.ts'
import { addPolicy } from './policy/policy.ts'
import { addProjectCommands } from './projects/add-project-commands.ts'
import { addPs } from './ps.ts'
import { addRead } from './read.ts'
import { addService } from './service.ts'
import { addSessionCommands } from './session-commands.ts'
import { addStats } from './stats.ts'
import { addTap } from './tap.ts'
import { addTaskProcess } from './task-process.ts'
import { addTaskCommands } from './tasks/add-task-commands.ts'
import { addWatch } from './watch.ts'
import { addWhy } from './why.ts'

export function createProgram(context: CliContext): Command {
  const program = new Command('iterm-orch')
    .description(
      'Runs many CLI coding agents, each in a terminal session of its own, notices at once when one is ' +
        'blocked, and types the answer.',
    )
    .version(ownVersion(), '-V, --version', 'show the version')
    .option('--json', 'results as JSON; streams as one object a line')
    .option('--debug', 'show where an error comes from')
    .option('--no-color', 'no colours (also with NO_COLOR set)')
    .helpOption('-h, --help', 'show this help')
    .helpCommand(false)
    .exitOverride()
    .configureHelp({ showGlobalOptions: true, styleTitle: (title) => context.out.style.bold(title) })
    // Errors are reported in one place, by runCli; only help comes this way.
    .configureOutput({
      writeOut: (text) => context.out.write(text),
      writeErr: (text) => context.out.write(text),
      getOutHelpWidth: () => (process.stdout.isTTY ? process.stdout.columns || 80 : 100),
      getOutHasColors: () => context.out.style.bold('x') !== 'x',
      outputError: () => {},
    })

  program.commandsGroup('Sessions:')
  addLaunch(program, context)
  addPs(program, context)
  addWatch(program, context)
  addWhy(program, context)
  addRead(program, context)
  addInject(program, context)
  addAnswer(program, context)
  addAttach(program, context)
  addSessionCommands(program, context)

  program.commandsGroup('Escalations:')
  addEscalationCommands(program, context)
  addLimits(program, context)

  program.commandsGroup('Tasks:')
  addTaskCommands(program, context)

  program.commandsGroup('Projects:')
  addProjectCommands(program, context)

  program.commandsGroup('Mail:')
  addMailCommands(program, context)
  addCoord(program, context)
  addOrch(program, context)
  addBrief(program, context)

  program.commandsGroup('Around them:')
  addDoctor(program, context)
  addConfig(program, context)
  addStats(program, context)
  addDetect(program, context)
  addCapture(program, context)
  addPolicy(program, context)
  addDemo(program, context)
  addService(program, context)
  addHost(program, context)
  addHooks(program, context)
  addCompletion(program, context)
  addHelp(program, context)
  addComplete(program, context)
  addTap(program, context)
  addTaskProcess(program, context)
  addHook(program, context)
  addAskPermission(program, context)

  addExamples(program, [
    ['iterm-orch demo', 'see it work'],
    ['iterm-orch launch fix-login.md --agent claude', 'give an agent a task'],
    ['iterm-orch watch', 'see who is blocked, and why'],
    ['iterm-orch inject fix-login "yes, go on"', 'answer'],
  ])
  program.addHelpText(
    'after',
    '\nA session is named by its id, a unique beginning of it, its name or its task. ' +
      'See `iterm-orch <command> --help` for examples, and `iterm-orch help exit-codes`.',
  )
  return program
}
