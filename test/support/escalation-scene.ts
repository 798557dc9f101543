/** What tests of escalations look at: the records, the threads, and the policy that stands in `config.yaml`. */
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Escalation } from '../../src/escalation/escalation.ts'
import { systemErrorCode } from '../../src/lib/errors.ts'
import type { Home } from '../../src/lib/home.ts'
import { threadPath } from '../../src/mail/thread.ts'

export type ThreadLine = Record<string, unknown>

/** All escalations, the oldest first; the service may close some while they are read. */
export function escalationsIn({ escalations }: Home): Escalation[] {
  const closed = join(escalations, 'closed')
  const found = new Map<string, Escalation>()
  for (const directory of [escalations, closed]) {
    const names = existsSync(directory) ? readdirSync(directory) : []
    for (const name of names.filter((each) => each.endsWith('.json'))) {
      // A closed one is written before its open file is removed.
      const text = textOf(join(directory, name)) ?? textOf(join(closed, name)) ?? ''
      const escalation = Escalation.parse(JSON.parse(text))
      found.set(escalation.id, escalation)
    }
  }
  return [...found.values()].sort((left, right) => (left.id < right.id ? -1 : 1))
}

/** Undefined where there is no such file. */
function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined
    throw error
  }
}

/** Lines of a thread that can be read; none where there is no thread. */
export function threadLines({ comms }: Home, mailbox: string, task: string): ThreadLine[] {
  const path = threadPath(comms, mailbox, task)
  if (!existsSync(path)) return []
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
}

/** Waits for a line that fits. */
export async function lineIn(
  home: Home,
  mailbox: string,
  task: string,
  fits: (line: ThreadLine) => boolean,
): Promise<ThreadLine> {
  for (;;) {
    const found = threadLines(home, mailbox, task).find(fits)
    if (found) return found
    await delay(20)
  }
}

/** A line as a person writes it, with an editor or `echo >>`. */
export function writeByHand({ comms }: Home, mailbox: string, task: string, line: ThreadLine): void {
  const path = threadPath(comms, mailbox, task)
  mkdirSync(dirname(path), { recursive: true })
  appendFileSync(path, `${JSON.stringify({ ts: new Date().toISOString(), ...line })}\n`)
}

/** The policy of the user from now on; the rest of the configuration is kept out of it. */
export function setPolicy({ config }: Home, rules: string): void {
  writeFileSync(config, rules === '' ? '' : `policy:\n  rules:\n${rules}\n`)
}
