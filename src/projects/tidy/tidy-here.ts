import { systemClock } from '../../lib/clock.ts'
import { silentLogger } from '../../lib/logger.ts'
import { ProjectPlace } from '../monitor/project-place.ts'
import { ProjectSettings } from '../project-settings.ts'
import { noteTidied } from './note-tidied.ts'
import { type Tidied, type TidyOptions, tidyProject } from './tidy-project.ts'

/**
 * Tidies a project in this process, while no service has it.
 *
 * @throws {OrchError} `busy` when one has; `failed`
 */
export async function tidyHere(
  project: { name: string; path: string },
  options: TidyOptions,
): Promise<Tidied> {
  const settings = ProjectSettings.parse({})
  const place = new ProjectPlace(project, {
    clock: systemClock,
    log: silentLogger(),
    settings: () => settings,
    ownSettings: () => ({}),
    tell: () => undefined,
  })
  try {
    if (!options.dryRun) place.own()
    const tidied = await tidyProject(() => {
      place.shelf.look()
      return place
    }, options)
    noteTidied(place.log, tidied, options)
    return tidied
  } finally {
    place.close()
  }
}
