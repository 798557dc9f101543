/** `projects:` of `config.yaml`: what holds for the tasks of projects where neither the document nor the project says it. */
import { z } from 'zod'
import { Duration } from '../lib/duration-schema.ts'
import { workSettings } from './work-settings.ts'

export const ProjectSettings = z.strictObject({
  /** How many tasks of all projects run at once; of one project it is always one. What waits for an answer is not counted. */
  parallel: z.int().min(1).max(1_000).default(8),
  /** A document counts as completely written when nobody wrote it for so long. */
  settle: Duration.default(500),
  /** Before a task is tried again for the first time; twice as long each time after that, up to `max_retry_delay`. */
  retry_delay: Duration.default(10_000),
  max_retry_delay: Duration.default(300_000),
  /** `agent` absent: that of the configuration. */
  ...workSettings,
  /** Once a day what tasks have left that have been over for longer goes to `archive/`. Ms; absent: it stays for ever. */
  keep: Duration.optional(),
})
export type ProjectSettings = z.output<typeof ProjectSettings>
