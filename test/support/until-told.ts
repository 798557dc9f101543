import { once } from 'node:events'
import { writeNow } from './write-now.ts'

/** In a process of `runTogether`: until all of them are there. */
export async function untilTold(): Promise<void> {
  writeNow('ready\n')
  await once(process.stdin, 'data')
  process.stdin.destroy()
}
