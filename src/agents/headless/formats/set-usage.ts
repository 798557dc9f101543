/** Takes the tokens that an agent tells of into a report. */
import type { HeadlessReport, Usage } from '../report.ts'

/** The counts that are known; nothing, when none is. */
export function setUsage(
  { output }: HeadlessReport,
  counts: { [Name in keyof Required<Usage>]?: number | undefined },
): void {
  const known = Object.entries(counts).filter(([, count]) => count !== undefined)
  if (known.length > 0) output.usage = Object.fromEntries(known)
}
