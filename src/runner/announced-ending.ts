/** How a run ends whose process is about to be killed, said before it is: it cannot say so itself any more. */
import { rmSync } from 'node:fs'
import { z } from 'zod'
import { writeFileAtomic } from '../lib/atomic-file.ts'
import { lookAtJsonFile } from '../lib/json-file.ts'
import { endingFile, type RunPlaces } from './run-paths.ts'

/** How a run ended that nobody is there to tell about. */
const Ending = z.object({ state: z.enum(['failed', 'stopped']), reason: z.string() })
export type Ending = z.infer<typeof Ending>

type Reference = { task: string; id: string }

/** Whoever finds the process gone writes this as the end of the run, whether whoever killed it lives or not. */
export function announceEnding(places: RunPlaces, run: Reference, ending: Ending): void {
  try {
    writeFileAtomic(endingFile(places, run), JSON.stringify(ending))
  } catch {
    // A full disk keeps nobody from killing it.
  }
}

export function announcedEnding(places: RunPlaces, run: Reference): Ending | undefined {
  const file = lookAtJsonFile(endingFile(places, run), Ending)
  return file.kind === 'read' ? file.value : undefined
}

/** Once the record says how it ended. */
export function forgetEnding(places: RunPlaces, run: Reference): void {
  rmSync(endingFile(places, run), { force: true })
}
