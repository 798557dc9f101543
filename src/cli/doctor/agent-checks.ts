/** The agents, looked for on the PATH of whoever asks: launches use that one too. */
import type { AgentStart } from '../../agents/profile-schema.ts'
import type { DoctorCheck } from '../../service/api.ts'
import { findProgram } from '../../sessions/find-program.ts'

export function checkAgents(agents: Readonly<Record<string, AgentStart>>): DoctorCheck[] {
  return Object.entries(agents).map(([name, { command }]) => checkAgent(name, command[0] ?? name))
}

function checkAgent(agent: string, program: string): DoctorCheck {
  const name = `agent ${agent}`
  try {
    return { name, status: 'ok', detail: findProgram(program, process.env['PATH'], process.cwd()) }
  } catch {
    const fix = `Install ${program} if you want to use this agent.`
    return { name, status: 'warn', detail: `${program} is not on your PATH`, fix }
  }
}
