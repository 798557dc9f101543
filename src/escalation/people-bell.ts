/** Tells people of escalations through the notifiers of config.yaml; a burst becomes one notice. */
import type { Clock } from '../lib/clock.ts'
import type { PeopleBell, PeopleChannel } from './announcer.ts'
import { type Escalation, wantsSecret } from './escalation.ts'
import type { EscalationSettings } from './ladder-rules.ts'
import { localTime } from './limits/limit-text.ts'
import { digest, type Notice } from './notifiers/notice.ts'
import { type Notifier, tell } from './notifiers/notifier.ts'
import { isFor, type NotifierConfig } from './notifiers/notifier-config.ts'
import { silentUntil } from './quiet-hours.ts'

export interface PeopleBellOptions {
  notifiers(): readonly NotifierConfig[]
  create(config: NotifierConfig): Notifier
  digest(): EscalationSettings['digest']
  quiet(): EscalationSettings['quiet_hours']
  clock: Clock
}

interface Waiting {
  notice: Notice
  done(): void
  failed(reason: Error): void
}

/** Longer than all tries of a webhook that is slow, in ms. */
const longestMs = 180_000

export function peopleBell(options: PeopleBellOptions): PeopleBell {
  const lanes = new Map<string, Lane>()
  const silent = (escalation: Escalation) => silentUntil(escalation, options.quiet(), options.clock.now())
  const configOf = (name: string) => options.notifiers().find((config) => config.name === name)
  return {
    channels: (escalation) =>
      options
        .notifiers()
        .filter((config) => isFor(config, escalation, escalation.level))
        .filter(({ quiet }) => !quiet || silent(escalation) === undefined)
        .map(({ name, type }): PeopleChannel => ({ name, to: type === 'desktop' ? 'this computer' : type })),
    ways: (escalation) => {
      const meant = options.notifiers().filter((config) => isFor(config, escalation, escalation.level))
      return { loud: meant.some(({ quiet }) => !quiet), hushed: meant.some(({ quiet }) => quiet) }
    },
    ring: ({ name }, escalation, repeat) => {
      const config = configOf(name)
      if (!config) return Promise.reject(new Error(`There is no notifier called ${name} any more.`))
      const lane = lanes.get(name) ?? new Lane(options)
      lanes.set(name, lane)
      return lane.add(noticeOf(escalation, repeat), () => options.create(config))
    },
  }
}

/** What is sent through one notifier: at once while little comes, as one notice when much does. */
class Lane {
  readonly #options: PeopleBellOptions
  /** When the last ones were sent, in ms. */
  #sent: number[] = []
  #waiting: Waiting[] = []

  constructor(options: PeopleBellOptions) {
    this.#options = options
  }

  add(notice: Notice, create: () => Notifier): Promise<void> {
    const { from, within } = this.#options.digest()
    const now = this.#options.clock.now()
    this.#sent = this.#sent.filter((at) => now - at < within)
    if (this.#waiting.length === 0 && this.#sent.length < from - 1) {
      this.#sent.push(now)
      return send(create(), notice)
    }
    return new Promise((done, failed) => {
      this.#waiting.push({ notice, done, failed })
      if (this.#waiting.length === 1) this.#options.clock.after(within, () => void this.#flush(create()))
    })
  }

  async #flush(notifier: Notifier): Promise<void> {
    const waiting = this.#waiting
    this.#waiting = []
    try {
      await send(notifier, digest(waiting.map(({ notice }) => notice)))
      for (const { done } of waiting) done()
    } catch (error) {
      const reason = error instanceof Error ? error : new Error(String(error))
      for (const { failed } of waiting) failed(reason)
    }
  }
}

async function send(notifier: Notifier, notice: Notice): Promise<void> {
  const told = await tell(notifier, notice, AbortSignal.timeout(longestMs))
  if (!told.ok) throw new Error(told.why)
}

function noticeOf(escalation: Escalation, repeat: number): Notice {
  const { id, kind, urgency, name, agent, session, task, text, prompt, raises, noticedAt, resetsAt } =
    escalation
  const short = id.slice(-8)
  const options = prompt?.options.map(({ number, label }) => ({ number, label })) ?? []
  const secret = wantsSecret(escalation)
  const answers = options.map(({ number }) => `iterm-orch answer ${short} ${number}`)
  const plain = `iterm-orch answer ${short} ${secret ? '--secret' : '"<text>"'}`
  return {
    ...{ id: repeat === 0 ? id : `${id}-${repeat}`, kind, urgency, agent, task, options },
    title: `${repeat === 0 ? '' : 'Still waiting: '}${name} needs ${kind}`,
    body: resetsAt === undefined ? text : `${text}\nIt ends at ${localTime(resetsAt)}.`,
    session: { id: session, name },
    reason: raises.at(-1)?.reason ?? 'you are asked first',
    commands: [...(answers.length > 0 ? answers : [plain]), `iterm-orch show ${short}`],
    since: noticedAt,
  }
}
