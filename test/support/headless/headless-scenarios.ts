/** What the scripted model does to an agent without a terminal. */
import { join } from 'node:path'
import type { PermissionMode } from '../../../src/agents/headless/headless-shape.ts'
import type { Reply, Turn } from '../model-server/dialect.ts'
import { overloaded, promptTooLong, unauthorized, usageLimit } from '../model-server/refusals.ts'
import { runCommand, writeFile } from '../model-server/tools.ts'

export interface HeadlessScenario {
  permissions?: PermissionMode
  script(turn: Turn, project: string): Reply | Promise<Reply>
  /** An agent that goes on longer, such as one that tries again and again, gets the signal. */
  endAfterMs: number
  signal?: NodeJS.Signals
}

/** Longest start of an agent on a busy computer. */
const endAfterMs = 30_000

export const headlessScenarios: Record<string, HeadlessScenario> = {
  success: { endAfterMs, script: () => ({ text: 'Hello from the model.' }) },
  edit: {
    endAfterMs,
    script: (turn, project) =>
      turn.toolResults.length > 0
        ? { text: 'All done.' }
        : { text: 'I will write it.', toolCalls: [writeFile(turn, join(project, 'note.txt'), 'hello\n')] },
  },
  command: { endAfterMs, script: wantsCommand },
  'command-full': { endAfterMs, permissions: 'full', script: wantsCommand },
  limit: { endAfterMs, script: () => ({ refusal: usageLimit }) },
  overloaded: { endAfterMs, script: () => ({ refusal: overloaded }) },
  unauthorized: { endAfterMs, script: () => ({ refusal: unauthorized }) },
  'prompt-too-long': { endAfterMs, script: () => ({ refusal: promptTooLong }) },
  long: { endAfterMs, script: () => ({ text: 'word '.repeat(400) }) },
  terminated: { endAfterMs: 10_000, signal: 'SIGTERM', script: () => new Promise<Reply>(() => {}) },
}

/** One that no mode but `full` allows. */
function wantsCommand(turn: Turn): Reply {
  if (turn.toolResults.length > 0) return { text: `It said: ${turn.toolResults.join(' ').slice(0, 200)}` }
  try {
    return { text: 'I will run it.', toolCalls: [runCommand(turn, 'make marker')] }
  } catch {
    return { text: `It offers ${turn.tools.join(' ')}.` }
  }
}
