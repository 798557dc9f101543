import type { Command } from 'commander'
import type { CliContext } from './context.ts'
import { addExamples } from './examples.ts'

/** Hidden: `run` and the service start it for each run of a task. The binary has a short cut to it. */
export function addTaskProcess(program: Command, context: CliContext): void {
  const command = program
    .command('task-process', { hidden: true })
    .description(
      'Becomes the process of a run that was recorded before: executes its steps, writes logs/<task>.log and the\n' +
        'record, and ends all that the steps have started. SIGTERM stops it, SIGTSTP pauses it, SIGCONT resumes it.\n' +
        'A run that has a process already, or is over, is left alone.',
    )
    .argument('<file>', 'record of the run: state/tasks/<task>/runs/<run>.json')
    .action(async (file: string) => {
      const { runTaskProcess } = await import('../runner/task-process.ts')
      const { agentSessions } = await import('./tasks/agent-sessions.ts')
      context.exitCode = (await runTaskProcess(file, async (home) => agentSessions(home))) === 0 ? 0 : 1
    })
  addExamples(command, [
    [
      'iterm-orch task-process ~/.iterm-orch/state/tasks/build/runs/0mw….json',
      'what `iterm-orch run` starts',
    ],
  ])
}
