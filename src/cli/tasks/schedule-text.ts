import type { Task } from '../../runner/task.ts'

/** When a task runs by itself: `0 3 * * 1-5 (Europe/Berlin)`, `every 15m`, `always`; empty for never. */
export function scheduleText({ type, schedule }: Pick<Task, 'type' | 'schedule'>): string {
  if (type === 'daemon') return 'always'
  if (schedule === undefined) return ''
  const { cron, everyMs = 0, timezone } = schedule
  const zone = timezone === undefined ? '' : ` (${timezone})`
  return cron === undefined ? `every ${distanceText(everyMs)}` : `${cron}${zone}`
}

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const

/** In the largest unit in which it is a whole number: as somebody would have written it. */
function distanceText(ms: number): string {
  const [unit, size] = units.find(([, each]) => ms % each === 0) ?? ['ms', 1]
  return `${ms / size}${unit}`
}
