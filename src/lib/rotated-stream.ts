/** The log of a background process whose standard error whoever started it has opened as its log file. */
import { fstatSync, statSync } from 'node:fs'
import { LogFile } from './log-file.ts'

/** A log of this size is moved to `<path>.1`, and a new one begun. */
const maxBytes = 10 * 1024 * 1024
/** So many older ones are kept. */
const keep = 3

/**
 * For pino: written by its name, not by a descriptor that somebody else has opened, so it can be rotated.
 *
 * @param name of the logger
 */
export function rotatedStream(name: string, path: string): { write(record: string): void } {
  const file = new LogFile(path, { maxBytes, keep }, ({ lines, why }) => {
    const msg = `${lines} lines could not be written here: ${why}`
    return Buffer.from(`${JSON.stringify({ level: 40, time: Date.now(), pid: process.pid, name, msg })}\n`)
  })
  return { write: (record) => file.write(Buffer.from(record)) }
}

/** Whether the descriptor is open to the file that has this name now. */
export function isOpenAs(descriptor: number, path: string): boolean {
  const there = statSync(path, { throwIfNoEntry: false })
  if (!there) return false
  const { ino, dev } = fstatSync(descriptor)
  return there.ino === ino && there.dev === dev
}
