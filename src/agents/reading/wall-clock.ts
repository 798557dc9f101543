/** Times of day in a time zone, daylight saving included. */

export interface WallClock {
  year: number
  /** From 0. */
  month: number
  day: number
  hour: number
  minute: number
}

const dayMs = 86_400_000

/** What the clocks show there at `time` (ms since 1970); `zone` undefined: here. */
export function wallClockAt(time: number, zone: string | undefined): WallClock {
  const date = new Date(time)
  if (zone === undefined) {
    return {
      ...{ year: date.getFullYear(), month: date.getMonth(), day: date.getDate() },
      ...{ hour: date.getHours(), minute: date.getMinutes() },
    }
  }
  const parts = new Map(
    format(zone)
      .formatToParts(date)
      .map(({ type, value }) => [type, Number(value)]),
  )
  const part = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? 0
  return {
    ...{ year: part('year'), month: part('month') - 1, day: part('day') },
    ...{ hour: part('hour'), minute: part('minute') },
  }
}

/**
 * When the clocks there show this, in ms since 1970; days may be out of range. An hour that is left out in
 * spring is the one after it, of two alike in autumn it is the first.
 */
export function timeOfWallClock(wall: WallClock, zone: string | undefined): number {
  const { year, month, day, hour, minute } = wall
  if (zone === undefined) return new Date(year, month, day, hour, minute).getTime()
  const asUtc = Date.UTC(year, month, day, hour, minute)
  const before = asUtc - offsetAt(asUtc - dayMs, zone)
  if (before + offsetAt(before, zone) === asUtc) return before
  const after = asUtc - offsetAt(asUtc + dayMs, zone)
  return after + offsetAt(after, zone) === asUtc ? after : before
}

/** Whether this system knows the zone. */
export function isZone(name: string): boolean {
  try {
    format(name)
    return true
  } catch {
    return false
  }
}

function offsetAt(time: number, zone: string): number {
  const { year, month, day, hour, minute } = wallClockAt(time, zone)
  const whole = time - (((time % 60_000) + 60_000) % 60_000)
  return Date.UTC(year, month, day, hour, minute) - whole
}

function format(zone: string): Intl.DateTimeFormat {
  const numeric = 'numeric'
  return new Intl.DateTimeFormat('en-US', {
    ...{ timeZone: zone, hourCycle: 'h23', calendar: 'gregory' },
    ...{ year: numeric, month: numeric, day: numeric, hour: numeric, minute: numeric },
  })
}
