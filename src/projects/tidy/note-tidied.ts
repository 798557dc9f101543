import type { ProjectLog } from '../monitor/project-log.ts'
import type { Tidied, TidyOptions } from './tidy-project.ts'

/** Says in `logs/monitor.log` that something was moved away. */
export function noteTidied(
  log: ProjectLog,
  { tidied }: Tidied,
  { remove = false, dryRun = false }: TidyOptions,
): void {
  if (dryRun || tidied.length === 0) return
  const what = tidied.length === 1 ? '1 task that was over' : `${tidied.length} tasks that were over`
  log.note(remove ? `${what}: all files are deleted` : `${what}: all files are in archive/ now`)
}
