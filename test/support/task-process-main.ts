// The process of a run, with a service over the embedded host for the steps of agents.
import { agentSessions } from '../../src/cli/tasks/agent-sessions.ts'
import { runTaskProcess } from '../../src/tasks/run/task-process.ts'
import { serviceCommand } from './running-service.ts'

process.exit(await runTaskProcess(process.argv[2] ?? '', async (home) => agentSessions(home, serviceCommand)))
