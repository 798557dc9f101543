/** The hours in which nobody is woken. */
import { z } from 'zod'
import { BlockerKind } from '../agents/session-state.ts'

const TimeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day such as 22:30')

export const QuietHours = z.strictObject({
  from: TimeOfDay,
  to: TimeOfDay,
  /** An IANA name; the computer's own when absent. */
  timezone: z.string().refine(isTimezone, 'is no time zone; use a name such as Europe/Berlin').optional(),
  /** Kinds of blockers that are announced all the same; so are critical ones. */
  except: z.array(BlockerKind).default([]),
})
export type QuietHours = z.infer<typeof QuietHours>

/** When people may be woken for it again, in ms; undefined: now. */
export function silentUntil(
  { urgency, kind }: { urgency: string; kind: BlockerKind },
  quiet: QuietHours | undefined,
  now: number,
): number | undefined {
  if (!quiet || urgency === 'critical' || quiet.except.includes(kind)) return undefined
  return quietUntil(quiet, now)
}

const minuteMs = 60_000
const dayMinutes = 1_440

/** The end of the quiet hours that `now` lies in, in ms; undefined when it lies in none. */
export function quietUntil({ from, to, timezone }: QuietHours, now: number): number | undefined {
  const start = minutesOf(from)
  const end = minutesOf(to)
  if (start === end || !isBetween(minuteOfDay(now, timezone), start, end)) return undefined
  // Over a change of the clocks the day has 23 or 25 hours: the wall clock is asked, not the sum.
  const startMinute = Math.floor(now / minuteMs)
  for (let minute = startMinute + 1; minute <= startMinute + dayMinutes + 120; minute++) {
    if (!isBetween(minuteOfDay(minute * minuteMs, timezone), start, end)) return minute * minuteMs
  }
  return undefined
}

function isBetween(minute: number, start: number, end: number): boolean {
  return start < end ? minute >= start && minute < end : minute >= start || minute < end
}

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number)
  return hours * 60 + minutes
}

const formats = new Map<string | undefined, Intl.DateTimeFormat>()

function minuteOfDay(ms: number, timezone: string | undefined): number {
  let format = formats.get(timezone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-GB', {
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
      ...(timezone === undefined ? {} : { timeZone: timezone }),
    })
    formats.set(timezone, format)
  }
  return minutesOf(format.format(ms))
}

function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-GB', { timeZone: name })
    return true
  } catch {
    return false
  }
}
