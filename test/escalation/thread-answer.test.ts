import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { commsAt } from '../../src/mail/comms.ts'
import { mailboxAt } from '../../src/mail/mailbox.ts'
import { archiveThread } from '../../src/mail/threads.ts'
import { useService } from '../support/use-service.ts'

const { service, client, watch, launch } = useService()

describe('an escalation that is answered in its thread', () => {
  it('takes a line that somebody appends by hand, types it, and says so', async () => {
    const events = watch()
    await launch('asker', ['./asker.sh'])
    const opened = await events.until((event) => event.type === 'escalation')
    await events.until((event) => event.type === 'announced')
    const thread = join(service.home.comms, 'claude/instant_messaging/active/clean-up-the-logs/thread.jsonl')
    const [asked] = lines(thread)
    expect(asked).toMatchObject({ id: opened.type === 'escalation' ? opened.escalation : '' })
    const ts = new Date().toISOString()
    appendFileSync(thread, `${JSON.stringify({ from: 'desktop', ts, text: 'y' })}\n`)
    const closed = await events.until((event) => event.type === 'escalation-closed')
    expect(closed).toMatchObject({ outcome: 'answered', from: 'desktop', via: 'thread' })
    await shows('asker', 'got <y>')
  })

  it('takes the answer of somebody who closes the thread right after, before the service has read it', async () => {
    const events = watch()
    // A thread of its own: in that of the first one another question may stand.
    await launch('closer', ['./asker.sh'], 'tidy up')
    await events.until((event) => event.type === 'announced' && event.name === 'closer')
    const comms = commsAt(service.home.comms)
    const desktop = mailboxAt(comms, 'claude')
    const directory = join(desktop.active, 'tidy-up')
    const ts = new Date().toISOString()
    const id = 'by-hand'
    appendFileSync(
      join(directory, 'thread.jsonl'),
      `${JSON.stringify({ id, from: 'desktop', ts, text: 'y' })}\n`,
    )
    archiveThread(comms, desktop, 'tidy-up')
    const closed = await events.until((event) => event.type === 'escalation-closed')
    expect(closed).toMatchObject({ outcome: 'answered', from: 'desktop', via: 'thread' })
    await shows('closer', 'got <y>')
    expect(existsSync(directory)).toBe(false)
  })
})

/** What was typed is on the screen a moment before the program has worked with it. */
async function shows(session: string, text: string): Promise<void> {
  while (!(await client().read(session)).lines.join('\n').includes(text)) await delay(20)
}

function lines(path: string): Record<string, unknown>[] {
  return readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
}
