/** Tells those of an escalation's present level, and records whom, with what result. */
import type { Clock } from '../lib/clock.ts'
import { errorMessage } from '../lib/errors.ts'
import { desktopMailbox } from '../mail/names.ts'
import type { NewEvent } from '../sessions/journal.ts'
import { type Announcement, type Escalation, isOpen } from './escalation.ts'
import type { EscalationStore } from './escalation-store.ts'
import { isMailFailed } from './ladder.ts'
import type { Ways } from './ladder-rules.ts'
import { remindMailbox, tellMailbox } from './mail-channel.ts'

/** A way to reach people. */
export interface PeopleChannel {
  name: string
  /** What it reaches, for the record: a host name, `this computer`. */
  to: string
}

export interface PeopleBell {
  /** Those that are meant for this escalation on its level, and may be told now. */
  channels(escalation: Escalation): PeopleChannel[]
  /** Which ways there are for it, whatever the time. */
  ways(escalation: Escalation): Ways
  /** @throws the reason why nobody was told */
  ring(channel: PeopleChannel, escalation: Escalation, repeat: number): Promise<void>
}

export interface AnnouncerOptions {
  store: EscalationStore
  clock: Clock
  comms(): string
  people: PeopleBell
  tell(event: NewEvent): void
  /** The threads of this mailbox may get answers now. */
  listen(mailbox: string, thread: string): void
}

interface Target {
  channel: string
  to: string
  act(escalation: Escalation, repeat: number): Promise<void>
}

export class Announcer {
  readonly #options: AnnouncerOptions

  constructor(options: AnnouncerOptions) {
    this.#options = options
  }

  async announce(escalation: Escalation): Promise<void> {
    const { id, level } = escalation
    const targets = this.#targets(escalation)
    const before = escalation.told.filter((told) => told.level === level)
    const repeat = before.length === 0 ? 0 : Math.max(...before.map((told) => told.repeat)) + 1
    if (targets.length === 0) {
      const why = 'no way to reach anybody is configured, at hand, or free of the quiet hours'
      this.#write(id, [{ ...this.#entry(escalation, '-', '-', repeat), state: 'failed', why }])
      return
    }
    const entries = targets.map(({ channel, to }) => this.#entry(escalation, channel, to, repeat))
    if (!this.#write(id, entries)) return
    await Promise.all(
      targets.map(async (target, index) => {
        const entry = entries[index]
        if (entry) await this.#one(escalation, target, entry, repeat)
      }),
    )
  }

  /** A service that was killed may have told or not: mail is told once whatever happens, people are not told again. */
  resume(escalation: Escalation): void {
    for (const told of escalation.told) {
      if (told.channel === 'mail') this.#options.listen(told.to, escalation.thread)
      if (told.state !== 'intended') continue
      if (told.channel === 'mail') {
        try {
          this.#mail(told.to, escalation, told.repeat)
          this.#settle(escalation, told, 'told')
        } catch (error) {
          this.#settle(escalation, told, 'failed', errorMessage(error))
        }
      } else
        this.#settle(escalation, told, 'failed', 'the service stopped at that moment; it may have been told')
    }
  }

  async #one(escalation: Escalation, target: Target, entry: Announcement, repeat: number): Promise<void> {
    try {
      await target.act(escalation, repeat)
      this.#settle(escalation, entry, 'told')
    } catch (error) {
      this.#settle(escalation, entry, 'failed', errorMessage(error))
    }
  }

  #targets(escalation: Escalation): Target[] {
    const { level, orchestrator, peer } = escalation
    const { people: bell } = this.#options
    const people = bell.channels(escalation).map(
      (channel): Target => ({
        channel: channel.name,
        to: channel.to,
        act: (now, repeat) => bell.ring(channel, now, repeat),
      }),
    )
    if (level === 'human') return people
    const mailbox = level === 'desktop' ? desktopMailbox : level === 'peer' ? peer : orchestrator
    if (mailbox === undefined) return people
    const act = async (now: Escalation, repeat: number) => this.#mail(mailbox, now, repeat)
    const mail = { channel: 'mail', to: mailbox, act }
    return isMailAgain(escalation) ? [mail] : [mail, ...people]
  }

  #mail(mailbox: string, escalation: Escalation, repeat: number): void {
    const comms = this.#options.comms()
    // What could not be told at first is told now, and is no reminder.
    const isNew = tellMailbox(comms, mailbox, escalation)
    if (!isNew && repeat > 0) remindMailbox(comms, mailbox, escalation, repeat)
    this.#options.listen(mailbox, escalation.thread)
  }

  #entry({ level }: Escalation, channel: string, to: string, repeat: number): Announcement {
    const at = new Date(this.#options.clock.now()).toISOString()
    return { level, channel, to, at, state: 'intended', repeat }
  }

  /** False when it is over. */
  #write(id: string, entries: readonly Announcement[]): boolean {
    const { store } = this.#options
    const escalation = store.get(id)
    if (!escalation || !isOpen(escalation)) return false
    store.save({ ...escalation, told: [...escalation.told, ...entries] })
    for (const entry of entries) if (entry.state === 'failed') this.#tell(escalation, entry)
    return true
  }

  #settle(escalation: Escalation, entry: Announcement, state: 'told' | 'failed', why?: string): void {
    const { store } = this.#options
    const present = store.get(escalation.id)
    if (!present) return
    const settled: Announcement = { ...entry, state, ...(why === undefined ? {} : { why }) }
    const told = present.told.map((one) => (isSame(one, entry) ? settled : one))
    store.keep({ ...present, told })
    this.#tell(present, settled)
  }

  #tell({ id, session, name, task }: Escalation, { level, channel, to, state, why }: Announcement): void {
    const about = { escalation: id, session, name, task, level, channel, to, ok: state === 'told' }
    this.#options.tell({ type: 'announced', ...about, ...(why === undefined ? {} : { why }) })
  }
}

/** Only the mail is tried again, whoever else was told at this level. */
function isMailAgain({ told, level, levelSince }: Escalation): boolean {
  const here = told.filter((one) => one.level === level && one.at >= levelSince)
  return isMailFailed(here.filter(({ repeat }) => repeat === here.at(-1)?.repeat))
}

function isSame(left: Announcement, right: Announcement): boolean {
  return (
    left.level === right.level &&
    left.channel === right.channel &&
    left.to === right.to &&
    left.at === right.at
  )
}
