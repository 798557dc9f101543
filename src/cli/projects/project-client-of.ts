import type { ProjectClient } from '../../service/project-client.ts'
import type { CliContext } from '../context.ts'

/** The projects of the running service, which is started when there is none. */
export async function projectClient(context: CliContext): Promise<ProjectClient> {
  const { ProjectClient } = await import('../../service/project-client.ts')
  return new ProjectClient(await context.service())
}
