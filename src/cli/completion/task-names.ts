/** Names of the tasks of projects, for completion. */
import type { Home } from '../../lib/home.ts'
import { readQueue } from '../../projects/change-queue.ts'
import { chooseProject } from '../../projects/choose-project.ts'
import { readRegistry } from '../../projects/registry.ts'
import { listTemplates } from '../../projects/templates.ts'
import { readProject } from '../../projects/view/read-project.ts'
import { viewProject } from '../../projects/view/view-project.ts'
import type { Candidate } from './what-fits.ts'

/**
 * @param kind a document that lies in `tasks/`, any task of which something is known, or a template
 * @param wanted the project, if it was named
 */
export function taskNames(
  kind: 'document' | 'any-task' | 'template',
  home: Home,
  wanted: string | undefined,
): Candidate[] {
  try {
    const { path } = chooseProject(readRegistry(home), { wanted })
    if (kind === 'template') return listTemplates(path).map((value) => ({ value, description: 'template' }))
    if (kind === 'document') {
      return readQueue(path).tasks.map(({ id, text }) => ({ value: id, description: text.trim() }))
    }
    const { tasks } = viewProject(readProject(home, path), Date.now())
    return tasks.map(({ id, state, text }) => ({ value: id, description: `${state}: ${text.trim()}` }))
  } catch {
    // What is wrong is no reason to disturb somebody who types: commands will tell.
    return []
  }
}
