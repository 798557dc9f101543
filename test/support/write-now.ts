import { writeSync } from 'node:fs'
import { systemErrorCode } from '../../src/lib/errors.ts'

/** Writes to standard output before it returns, also when that is a full pipe that does not wait. */
export function writeNow(text: string): void {
  let left = Buffer.from(text)
  while (left.length > 0) {
    try {
      left = left.subarray(writeSync(1, left))
    } catch (error) {
      if (systemErrorCode(error) !== 'EAGAIN') throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
    }
  }
}
