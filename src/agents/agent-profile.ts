/** How to start an agent and hand its task over; simple data, of which `config.yaml` may have more. */
import { z } from 'zod'

export const AgentProfile = z.strictObject({
  /** Program and arguments. */
  command: z.array(z.string().min(1)).min(1),
  /**
   * How it gets its task: as the last argument, typed into its input box when it is up, or not at all
   * (`none`: the task is only a name, the program knows what to do).
   */
  task: z.enum(['argument', 'typed', 'none']).default('argument'),
  /** Arguments that stand before the task, such as `--prompt-interactive`. */
  taskArguments: z.array(z.string()).default([]),
})
export type AgentProfile = z.infer<typeof AgentProfile>

/**
 * The agents that are known without configuration. All interactive modes: the session stays open for
 * questions. Flags from the programs' own `--help`.
 */
export const knownAgents: Readonly<Record<string, AgentProfile>> = {
  claude: { command: ['claude'], task: 'argument', taskArguments: [] },
  codex: { command: ['codex'], task: 'argument', taskArguments: [] },
  gemini: { command: ['gemini'], task: 'argument', taskArguments: ['--prompt-interactive'] },
  qwen: { command: ['qwen'], task: 'argument', taskArguments: ['--prompt-interactive'] },
  copilot: { command: ['copilot'], task: 'typed', taskArguments: [] },
  opencode: { command: ['opencode'], task: 'argument', taskArguments: ['--prompt'] },
  aider: { command: ['aider'], task: 'typed', taskArguments: [] },
  shell: { command: ['/bin/sh', '-i'], task: 'typed', taskArguments: [] },
}

/** The agent that `launch` takes when none is named and the configuration says nothing else. */
export const defaultAgent = 'claude'
