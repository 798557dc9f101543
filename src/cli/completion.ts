import type { Command } from 'commander'
import type { CliContext } from './context.ts'
import { addExamples } from './examples.ts'

export function addCompletion(program: Command, context: CliContext): void {
  const command = program
    .command('completion')
    .description('Prints the completion script for a shell: commands, options, sessions, agents, files.')
    .summary('print the completion script for a shell')
  for (const shell of ['bash', 'zsh', 'fish'] as const) {
    command
      .command(shell)
      .description(`Prints the completion script for ${shell}.`)
      .action(async () => {
        const { completionScripts } = await import('./completion/scripts.ts')
        context.out.write(completionScripts[shell])
      })
  }
  addExamples(command, [
    ['source <(iterm-orch completion bash)', 'in ~/.bashrc'],
    ['source <(iterm-orch completion zsh)', 'in ~/.zshrc, after compinit'],
    ['iterm-orch completion fish > ~/.config/fish/completions/iterm-orch.fish', 'once'],
  ])
}

/** The hidden command that the completion scripts ask. It never starts the service. */
export function addComplete(program: Command, context: CliContext): void {
  program
    .command('__complete', { hidden: true })
    .argument('[words...]')
    .action(async () => {
      const { complete, printed } = await import('./completion/complete.ts')
      const words = context.passedThrough ?? []
      context.out.write(printed(await complete(program, words, context.home)))
    })
}
