/** Whether a schedule can be kept. */
import { errorMessage } from '../../lib/errors.ts'
import { cronOf } from './cron.ts'

/** A cron expression with seconds cannot be denser either. */
export const shortestIntervalMs = 1_000

/** What is wrong with a cron expression, or undefined. */
export function checkCron(expression: string, timezone: string | undefined): string | undefined {
  try {
    const next = cronOf(expression, timezone).nextRun(new Date())
    return next === null ? 'never comes: there is no such date' : undefined
  } catch (error) {
    const why = errorMessage(error).replace(/^Cron(?:Pattern|Date)?:\s*/u, '')
    return `is no cron expression ("minute hour day month weekday", such as "0 3 * * 1-5"): ${why}`
  }
}

export function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}
