import type { Command } from 'commander'
import type { CliContext } from './context.ts'
import { addExamples } from './examples.ts'

export function addCompletion(program: Command, context: CliContext): void {
  const command = program
    .command('completion')
    .helpCommand(false)
    .description('Prints the completion script for a shell: commands, options, sessions, agents, files.')
    .summary('print the completion script for a shell')
  for (const [shell, line, where] of shells) {
    const one = command
      .command(shell)
      .description(`Prints the completion script for ${shell}.`)
      .action(async () => {
        const { completionScripts } = await import('./completion/scripts.ts')
        context.out.write(completionScripts[shell])
      })
    addExamples(one, [[line, where]])
  }
  addExamples(
    command,
    shells.map(([, line, where]) => [line, where] as const),
  )
}

const shells = [
  ['bash', 'source <(iterm-orch completion bash)', 'in ~/.bashrc'],
  ['zsh', 'source <(iterm-orch completion zsh)', 'in ~/.zshrc, after compinit'],
  ['fish', 'iterm-orch completion fish > ~/.config/fish/completions/iterm-orch.fish', 'once'],
] as const

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
