/** When a limit ends, from the words in which programs say it. */
import { isZone, timeOfWallClock, type WallClock, wallClockAt } from './wall-clock.ts'

const clock =
  /\b(?:reset(?:s|ting)?|try again|available(?: again)?|until)\b[^0-9]{0,24}?(\d{1,2})(?::(\d{2}))?\s*([ap])\.?m\b/iu
const clock24 =
  /\b(?:reset(?:s|ting)?|try again|available(?: again)?|until)\b[^0-9]{0,24}?(\d{1,2}):(\d{2})\b/iu
const dayAndClock =
  /\b(?:reset(?:s|ting)?|try again)\b[^0-9]{0,16}?\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]* (\d{1,2})(?:st|nd|rd|th)?,?(?: (\d{4}))?,?(?: at)? (\d{1,2})(?::(\d{2}))?\s*([ap])\.?m\b/iu
const iso = /\b(\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)/u
const duration =
  /\b(?:reset(?:s|ting)?|try again|retry(?:ing)?|available|wait)\b.{0,24}?\b(?:in|after)?\s*((?:\d+(?:\.\d+)?\s*(?:d(?:ays?)?|h(?:(?:ou)?rs?)?|m(?:in(?:ute)?s?)?|s(?:ec(?:ond)?s?)?)(?![a-z])[ ,]*(?:and )?)+)/iu
const unit = /(\d+(?:\.\d+)?)\s*([dhms])/giu
const unitMs: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000 }
const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

const weekday =
  /\b(?:reset(?:s|ting)?|try again|available(?: again)?|until)\b[^0-9]{0,16}?\b(sun|mon|tue|wed|thu|fri|sat)[a-z]*\b/iu
const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']
/** `resets 3am (Europe/Berlin)`: the program says in which zone its clock is. */
const zoneName = /\((UTC|GMT|[A-Z][A-Za-z]+(?:\/[A-Za-z0-9_+-]+){1,2})\)/u

/**
 * The moment that a text such as `resets 5pm`, `resets 3am (Europe/Berlin)`, `try again in 3h 20m` or
 * `2026-11-22T05:00Z` names.
 *
 * @param now in ms since 1970; a time of day without a date is the next one, in the zone that the text names,
 * else in local time
 */
export function resetTime(text: string, now: number): Date | undefined {
  const named = zoneName.exec(text)?.[1]
  const zone = named !== undefined && isZone(named) ? named : undefined
  return fromIso(text) ?? fromDate(text, now, zone) ?? fromClock(text, now, zone) ?? fromDuration(text, now)
}

function fromIso(text: string): Date | undefined {
  const match = iso.exec(text)?.[1]
  const date = match ? new Date(match.replace(' ', 'T')) : undefined
  return date && !Number.isNaN(date.getTime()) ? date : undefined
}

function fromDate(text: string, now: number, zone: string | undefined): Date | undefined {
  const match = dayAndClock.exec(text)
  if (!match) return undefined
  const [, name = '', day, year, hour, minute = '0', half = ''] = match
  const today = wallClockAt(now, zone)
  const month = months.indexOf(name.toLowerCase())
  const time = { month, day: Number(day), hour: hour24(Number(hour), half), minute: Number(minute) }
  const said = timeOfWallClock({ ...time, year: year ? Number(year) : today.year }, zone)
  // "Jan 2" said in December is in the next year.
  if (year || said >= now - 86_400_000) return new Date(said)
  return new Date(timeOfWallClock({ ...time, year: today.year + 1 }, zone))
}

function fromClock(text: string, now: number, zone: string | undefined): Date | undefined {
  const match = clock.exec(text) ?? clock24.exec(text)
  if (!match) return undefined
  const [, hour, minute = '0', half = ''] = match
  const hours = hour24(Number(hour), half)
  if (Number(hour) > (half === '' ? 23 : 12) || Number(minute) > 59) return undefined
  const today = wallClockAt(now, zone)
  const wanted = weekdays.indexOf(weekday.exec(text)?.[1]?.toLowerCase() ?? '')
  const daysUntil = wanted < 0 ? 0 : (wanted - dayOfWeek(today) + 7) % 7
  const on = (days: number) =>
    timeOfWallClock({ ...today, day: today.day + days, hour: hours, minute: Number(minute) }, zone)
  const next = on(daysUntil)
  return new Date(next > now ? next : on(daysUntil + (wanted < 0 ? 1 : 7)))
}

function dayOfWeek({ year, month, day }: WallClock): number {
  return new Date(Date.UTC(year, month, day)).getUTCDay()
}

function hour24(hour: number, half: string): number {
  if (half === '') return hour
  return (hour % 12) + (half.toLowerCase() === 'p' ? 12 : 0)
}

function fromDuration(text: string, now: number): Date | undefined {
  const match = duration.exec(text)?.[1]
  if (!match) return undefined
  let total = 0
  for (const [, amount, letter = ''] of match.matchAll(unit)) {
    total += Number(amount) * (unitMs[letter.toLowerCase()] ?? 0)
  }
  return total > 0 ? new Date(now + total) : undefined
}
