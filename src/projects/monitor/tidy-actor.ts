import { noteTidied } from '../tidy/note-tidied.ts'
import { type Tidied, type TidyOptions, tidyProject } from '../tidy/tidy-project.ts'
import type { ProjectActor } from './project-actor.ts'

/**
 * Tidies a project of the monitor, which goes on working meanwhile.
 *
 * @throws {OrchError} `busy` when another service has the project; `failed`
 */
export async function tidyActor(actor: ProjectActor, options: TidyOptions): Promise<Tidied> {
  const tidied = await tidyProject(() => actor.forCommand(), options)
  noteTidied((await actor.forCommand()).log, tidied, options)
  return tidied
}
