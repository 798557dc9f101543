import { join } from 'node:path'
import { placesIn } from '../project-places.ts'

/** `results/<task id>.json`. */
export function resultFile(project: string, task: string): string {
  return join(placesIn(project).results, `${task}.json`)
}
