/** Starts the programs of test/support that write and read mail, and collects what they say. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

const program = (name: string) => fileURLToPath(new URL(`../support/mail-${name}-main.ts`, import.meta.url))

export function startMail(name: 'writer' | 'reader', ...args: (string | number)[]) {
  return spawn(process.execPath, ['--import', 'tsx', program(name), ...args.map(String)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

/** The ids that a process has said when it has ended; the last one may be cut off by a kill. */
export async function idsOf(child: ReturnType<typeof startMail>): Promise<string[]> {
  const [output] = await Promise.all([text(child.stdout), once(child, 'close')])
  return output.split('\n').filter((line) => line.length === 20)
}
