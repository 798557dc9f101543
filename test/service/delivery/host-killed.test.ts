// The embedded host is killed between a question and its answer, with everything that ran in it.
import { afterEach, describe, expect, it } from 'vitest'
import type { Escalation } from '../../../src/escalation/escalation.ts'
import { hostStatus } from '../../../src/host/index.ts'
import { commsAt } from '../../../src/mail/comms.ts'
import { Inbox } from '../../../src/mail/inbox.ts'
import { mailboxAt } from '../../../src/mail/mailbox.ts'
import type { SessionInfo } from '../../../src/service/api.ts'
import { escalationsIn } from '../../support/escalation-scene.ts'
import { useService } from '../../support/use-service.ts'

const { service, client, watch, launch } = useService()
type Log = ReturnType<typeof watch>

/** A session that asks, and its escalation, which people were told of. */
async function asking(events: Log, name: string): Promise<{ session: SessionInfo; escalation: string }> {
  const [session] = await launch(name, ['./asker.sh'])
  if (!session) throw new Error('launch gave no session')
  const told = await events.until((event) => event.type === 'announced' && event.session === session.id)
  return { session, escalation: told.type === 'announced' ? told.escalation : '' }
}

async function signalHost(signal: NodeJS.Signals): Promise<void> {
  const { pid } = await hostStatus(service.home)
  if (pid === undefined) throw new Error('no host runs')
  process.kill(pid, signal)
}

function closed(events: Log, escalation: string) {
  return events.until((event) => event.type === 'escalation-closed' && event.escalation === escalation)
}

function recordOf(escalation: string): Escalation | undefined {
  return escalationsIn(service.home).find(({ id }) => id === escalation)
}

/** What the agent of a session finds when it looks. */
function inbox({ mailbox }: SessionInfo): string[] {
  const comms = commsAt(service.home.comms)
  const { threads } = new Inbox(comms, mailboxAt(comms, mailbox)).look()
  return threads.flatMap(({ messages }) => messages.map(({ text }) => text))
}

/** One that was stopped would end neither its sessions nor itself. */
afterEach(() => signalHost('SIGCONT').catch(() => undefined))

describe('when the embedded host is killed', { timeout: 120_000 }, () => {
  it('a question that nobody has answered expires, and its session is reported gone', async () => {
    const events = watch()
    const { session, escalation } = await asking(events, 'victim')
    await signalHost('SIGKILL')
    expect(await closed(events, escalation)).toMatchObject({ outcome: 'expired' })
    expect(await client().session(session.id)).toMatchObject({
      state: 'exited',
      reason: expect.stringContaining('terminal lost: it ended'),
    })
    expect(recordOf(escalation)).toMatchObject({
      closing: expect.stringContaining('nobody had answered'),
      answers: [],
    })
    const late = client().answerEscalation(escalation, { choice: 'approve', via: 'cli' })
    await expect(late).rejects.toMatchObject({ code: 'already-answered' })
  })

  it('an answer and a text that waited stay in their mailboxes, and are typed into nothing else', async () => {
    const events = watch()
    const [asked, spoken] = await Promise.all([asking(events, 'asked'), asking(events, 'spoken')])
    await signalHost('SIGSTOP')
    // Both find out that it does not answer.
    const waits = { delivered: 'mailbox', queued: expect.any(String) }
    const answer = client().answerEscalation(asked.escalation, { choice: 'approve', via: 'cli' })
    const text = client().inject(spoken.session.id, { text: 'y' })
    await expect(answer).rejects.toMatchObject({ code: 'not-confirmed', details: waits })
    expect(await text).toMatchObject(waits)
    await signalHost('SIGKILL')
    expect(await closed(events, asked.escalation)).toMatchObject({ outcome: 'failed' })
    expect(await closed(events, spoken.escalation)).toMatchObject({ outcome: 'expired' })
    await events.until(
      (event) => event.type === 'delivered' && 'message' in event && /has ended/.test(event.why),
    )
    expect(recordOf(asked.escalation)).toMatchObject({
      answers: [{ from: 'human', verdict: 'failed' }],
      deliveries: [
        { step: 'api', confirmed: false },
        { step: 'applescript', confirmed: false, why: expect.stringContaining('embedded host') },
        { step: 'mailbox', confirmed: false, why: expect.stringContaining(asked.session.mailbox) },
      ],
    })

    await Promise.all([asked, spoken].map(({ session }) => client().close(session.id, { force: true })))
    for (const [name, before, message] of [
      ['asked', asked, 'approve'],
      ['spoken', spoken, 'y'],
    ] as const) {
      const { session, escalation } = await asking(events, name)
      expect(inbox(session)).toEqual([])
      await client().answerEscalation(escalation, { choice: 'deny', via: 'cli' })
      const { lines } = await client().read(session.id)
      expect(lines.join('\n').match(/got <.*>/gu)).toEqual(['got <n>'])
      expect(recordOf(escalation)?.answers).toHaveLength(1)
      expect(inbox(before.session)).toEqual([message])
    }
  })
})
