/** Whether a moment lies in the days and hours of a rule. */
import type { TimeMatch, Weekday } from './policy-schema.ts'

export function matchesTime({ days, hours, timezone }: TimeMatch, now: Date): boolean {
  const { day, minutes } = localTime(now, timezone)
  const [from, to] = (hours ?? '00:00-24:00').split('-').map(minutesOf)
  if (from === undefined || to === undefined) return false
  if (from <= to) return isDay(days, day) && minutes >= from && minutes < to
  // Over midnight the hours belong to the day on which they began.
  return minutes >= from ? isDay(days, day) : minutes < to && isDay(days, dayBefore(day))
}

const week: readonly Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']

function localTime(now: Date, timeZone: string | undefined): { day: string; minutes: number } {
  const parts = new Intl.DateTimeFormat('en-GB', {
    ...(timeZone === undefined ? {} : { timeZone }),
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(now)
  const part = (type: string) => parts.find((each) => each.type === type)?.value ?? ''
  return { day: part('weekday').toLowerCase(), minutes: Number(part('hour')) * 60 + Number(part('minute')) }
}

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number)
  return hours * 60 + minutes
}

function isDay(days: readonly Weekday[] | undefined, day: string): boolean {
  return days === undefined || days.some((each) => each === day)
}

function dayBefore(day: string): string {
  return week[(week.findIndex((name) => name.startsWith(day)) + 6) % 7] ?? ''
}
