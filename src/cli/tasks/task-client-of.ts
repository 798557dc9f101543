import type { TaskClient } from '../../service/task-client.ts'
import type { CliContext } from '../context.ts'

/** The tasks of the running service, which is started when there is none. */
export async function taskClient(context: CliContext): Promise<TaskClient> {
  const { TaskClient } = await import('../../service/task-client.ts')
  return new TaskClient(await context.service())
}
