/** The sessions of agents for the steps of a task, by way of the service, which is started when it is away. */
import { setTimeout as delay } from 'node:timers/promises'
import { CompletionWatch } from '../../coordination/said-completion.ts'
import { errorMessage, OrchError } from '../../lib/errors.ts'
import type { Home } from '../../lib/home.ts'
import { stopAfter } from '../../lib/stop-after.ts'
import { openComms } from '../../mail/comms.ts'
import type { AgentLook, AgentOrder, AgentSessions } from '../../runner/agent-sessions.ts'
import type { OrchEvent, SessionInfo } from '../../service/api.ts'
import type { ServiceClient } from '../../service/client.ts'
import { ensureService } from '../../service/ensure-service.ts'

/** How long a service that does not come up is tried again. */
const serviceMs = 120_000
const retryMs = 500
/** A look that no event has asked for: in case that one was missed. */
const lookMs = 10_000
/** The same for a session that is not there: nothing may ever tell of it again. */
const lostLookMs = 1_000
/** Mailboxes are files, and may lie where nothing tells of changes; a look costs some `stat` calls. */
const mailMs = 1_000
const linesKept = 200

export function agentSessions(home: Home): AgentSessions {
  const client = async () => (await ensureService(home)).client
  return {
    launch: (order, until) => launch(client, order, until),
    follow: (session, until) => follow(home, client, session, until),
    lastLines: async (session) =>
      (await insist(client, (to) => to.read(session, { lines: linesKept }))).lines,
    close: (session) => insist(client, (to) => close(to, session)),
    closeOf: (run) => insist(client, (to) => closeOf(to, run)),
  }
}

type Connect = () => Promise<ServiceClient>

/** When it breaks off, what came of it is closed before it is tried again. */
async function launch(
  client: Connect,
  { agent, ...order }: AgentOrder,
  until: AbortSignal,
): Promise<{ id: string }> {
  const request = { ...order, args: [...order.args], ...(agent === undefined ? {} : { agent }) }
  for (const deadline = performance.now() + serviceMs; ; await delay(retryMs)) {
    try {
      const [session] = await (await client()).launch(request)
      if (session) return { id: session.id }
      throw new OrchError('launch-failed', 'The service opened no session.')
    } catch (error) {
      if (!isAway(error) || until.aborted || performance.now() > deadline) throw error
      await insist(client, (to) => closeOf(to, order.run.id))
    }
  }
}

async function* follow(
  home: Home,
  client: Connect,
  session: string,
  until: AbortSignal,
): AsyncGenerator<AgentLook, void, void> {
  const memory: Memory = {
    ...{ home, worked: false, closed: false, completed: undefined, mail: undefined, trouble: undefined },
  }
  while (!until.aborted) {
    try {
      const to = await client()
      yield* followOn(to, session, memory, until)
    } catch (error) {
      if (until.aborted) return
      if (!isAway(error)) throw error
      // The service died, or is being started anew: the session goes on without it.
      await delay(retryMs)
    }
  }
}

/** What the events told, which the session itself does not say any more. */
interface Memory {
  home: Home
  worked: boolean
  closed: boolean
  completed: AgentLook['completed']
  /** Once it is known which mailbox is the session's. */
  mail: CompletionWatch | undefined
  /** Why its mailbox cannot be read. */
  trouble: string | undefined
}

/** Until the service goes away. */
async function* followOn(
  client: ServiceClient,
  session: string,
  memory: Memory,
  until: AbortSignal,
): AsyncGenerator<AgentLook, void, void> {
  const ending = new AbortController()
  const stop = () => ending.abort()
  until.addEventListener('abort', stop)
  const bell = listen(client, session, memory, ending.signal)
  const mail = setInterval(() => {
    if (memory.completed === undefined && readMail(memory)) bell.ring()
  }, mailMs)
  try {
    while (!until.aborted) {
      const now = await look(client, session, memory)
      yield now
      await bell.next(stopAfter(now.state === 'lost' ? lostLookMs : lookMs, until))
    }
  } finally {
    clearInterval(mail)
    until.removeEventListener('abort', stop)
    ending.abort()
  }
}

/** Rings at every event of the session. A stream that broke off only makes the looks rarer, and they notice why. */
function listen(client: ServiceClient, session: string, memory: Memory, signal: AbortSignal) {
  let rung = false
  let wake = () => {}
  const ring = () => {
    rung = true
    wake()
  }
  const hear = async () => {
    while (!signal.aborted) {
      try {
        for await (const event of client.events({ sessions: [session], signal })) {
          remember(memory, event)
          ring()
        }
      } catch {
        await delay(retryMs)
      }
      ring()
    }
  }
  void hear()
  return {
    ring,
    next: (timeout: AbortSignal) =>
      new Promise<void>((resolve) => {
        const done = () => {
          rung = false
          resolve()
        }
        wake = done
        if (rung || timeout.aborted) done()
        else timeout.addEventListener('abort', done, { once: true })
      }),
  }
}

function remember(memory: Memory, event: OrchEvent): void {
  if (event.type === 'state' && event.to === 'working') memory.worked = true
  if (event.type === 'closed') memory.closed = true
  if (event.type === 'complete') memory.completed = { ok: true, text: event.text }
}

/** Whether there is something to tell: it is finished, or its mailbox cannot be read. */
function readMail(memory: Memory): boolean {
  if (!memory.mail) return false
  const before = memory.trouble
  try {
    memory.completed = memory.mail.look()
    memory.trouble = undefined
  } catch (error) {
    memory.trouble = errorMessage(error)
  }
  return memory.completed !== undefined || memory.trouble !== before
}

/** The mailboxes of the session, once they can be opened. */
async function openMail(memory: Memory, { id, mailbox, task }: SessionInfo): Promise<void> {
  if (memory.mail) return
  try {
    memory.mail = new CompletionWatch(await openComms(memory.home), { session: id, mailbox, task })
    memory.trouble = undefined
  } catch (error) {
    memory.trouble = errorMessage(error)
  }
}

async function look(client: ServiceClient, session: string, memory: Memory): Promise<AgentLook> {
  let info: SessionInfo
  try {
    info = await client.session(session)
  } catch (error) {
    if (!(error instanceof OrchError) || error.code !== 'session-not-found') throw error
    const state = memory.closed ? 'closed' : 'lost'
    return { state, reason: errorMessage(error), worked: memory.worked }
  }
  if (info.state === 'working') memory.worked = true
  await openMail(memory, info)
  // What it handed in right before it ended counts.
  if (memory.completed === undefined) readMail(memory)
  const { escalations } = await client.escalations()
  const open = escalations.find((escalation) => escalation.session === session)
  return {
    ...{ state: info.state, reason: info.waitsFor?.text ?? info.reason, worked: memory.worked },
    ...(info.exitCode === undefined ? {} : { exitCode: info.exitCode }),
    ...(memory.completed === undefined ? {} : { completed: memory.completed }),
    ...(open === undefined ? {} : { escalation: open.id }),
    ...(info.conversation === undefined ? {} : { conversation: info.conversation }),
    ...(memory.trouble === undefined ? {} : { trouble: memory.trouble }),
  }
}

/** Does it as soon as there is a service. */
async function insist<T>(client: Connect, act: (client: ServiceClient) => Promise<T>): Promise<T> {
  for (const deadline = performance.now() + serviceMs; ; await delay(retryMs)) {
    try {
      return await act(await client())
    } catch (error) {
      if (!isAway(error) || performance.now() > deadline) throw error
    }
  }
}

async function closeOf(client: ServiceClient, run: string): Promise<void> {
  const own = (await client.sessions()).filter((session) => session.run?.id === run)
  await Promise.all(own.map(({ id }) => close(client, id)))
}

async function close(client: ServiceClient, session: string): Promise<void> {
  try {
    await client.close(session, { force: true })
  } catch (error) {
    if (!(error instanceof OrchError) || error.code !== 'session-not-found') throw error
  }
}

function isAway(error: unknown): boolean {
  return error instanceof OrchError && (error.code === 'service-unavailable' || error.code === 'timeout')
}
