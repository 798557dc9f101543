/** The limits of all accounts of a service: sees them, holds back what would only fail, and makes sessions go on. */
import type { AgentProfile } from '../../agents/profile-schema.ts'
import type { Clock } from '../../lib/clock.ts'
import { errorMessage, OrchError } from '../../lib/errors.ts'
import type { Logger } from '../../lib/logger.ts'
import type { Account } from '../../sessions/account.ts'
import type { AccountGate } from '../../sessions/account-gate.ts'
import type { NewEvent } from '../../sessions/journal.ts'
import type { OrchEvent, SessionLimit } from '../../sessions/session-info.ts'
import type { SessionRecord } from '../../sessions/session-record.ts'
import { isUnreachable } from '../../sessions/typing/way.ts'
import type { Subject } from '../subject.ts'
import type { AccountLimit, Parked, Step, Told } from './account-limit.ts'
import { advance, heldBack } from './breaker.ts'
import { goOn } from './go-on.ts'
import type { LimitRules } from './limit-rules.ts'
import { LimitStore } from './limit-store.ts'
import { limited, nextFor } from './limit-text.ts'
import { type Seen, sightOf } from './sight.ts'
import { cleared, giveUp, trialAt, trialFailed } from './trial-steps.ts'

/** A session as the limits need it. */
export type LimitedSession = Subject & Seen

export interface LimitsOptions {
  directory: string
  clock: Clock
  log: Logger
  rules(): LimitRules
  sessions(): LimitedSession[]
  /** How the agent of a session goes on. */
  resume(session: LimitedSession): AgentProfile['resume']
  tell(event: NewEvent): void
  /** Its escalation only waits for the time; undefined: a person is needed. */
  park(session: string, until: string | undefined, why: string): void
  /** Its escalation goes to people. */
  ask(session: string, why: string): void
  /** Something is typed into it now. */
  typing(session: string): void
  /** 0 to 1. */
  chance?(): number
}

/** Everything is in memory: a look costs little. */
const everyMs = 1_000
/** Work that begins after these is something new, which asks the account. */
const newWorkAfter: ReadonlySet<string> = new Set(['idle', 'limited', 'errored', 'starting'])

export class Limits implements AccountGate {
  readonly #options: LimitsOptions
  readonly #store: LimitStore
  /** By session, in ms. */
  readonly #workedAt = new Map<string, number>()
  /** Sessions that are being made to go on at this moment. */
  readonly #going = new Set<string>()
  #cancel: (() => void) | undefined
  #stopped = false

  constructor(options: LimitsOptions) {
    this.#options = options
    this.#store = new LimitStore(options.directory)
  }

  /** Goes on with what earlier services knew. Call when the sessions were found again. */
  start(): void {
    this.#store.load()
    for (const problem of this.#store.unreadable)
      this.#options.log.error(problem, 'the record of a limit cannot be read; it holds nothing back')
    this.#again()
  }

  stop(): void {
    this.#stopped = true
    this.#cancel?.()
  }

  list(): { accounts: AccountLimit[]; unreadable: { path: string; reason: string }[] } {
    return { accounts: this.#store.all(), unreadable: [...this.#store.unreadable] }
  }

  /** @throws {OrchError} `account-limited` */
  assertMayStart(account: Account | undefined): void {
    const { rules, clock } = this.#options
    const limit = account && this.#store.get(account.id)
    if (!limit || !rules().enabled) return
    const held = heldBack(limit, clock.now())
    if (held) throw limited(limit, held)
  }

  limitOf({ id, account }: Pick<SessionRecord, 'id' | 'account'>): { limit?: SessionLimit } {
    const limit = account && this.#store.get(account.id)
    const parked = limit?.parked.find(({ session }) => session === id)
    if (!limit || !parked || !this.#options.rules().enabled) return {}
    const { attempts, notBefore: until } = parked
    const next = nextFor(limit, parked, this.#options.rules())
    return { limit: { account: limit.account, attempts, next, ...(until === undefined ? {} : { until }) } }
  }

  /**
   * Somebody knows that a limit is over.
   *
   * @param reference an account's id, or the beginning of one
   * @param resume whether the parked sessions go on, or are left alone
   * @throws {OrchError} `account-unknown`, `usage` when several begin so
   */
  clear(reference: string, by: string, resume: boolean): AccountLimit {
    const exact = this.#store.get(reference)
    const found = exact ? [exact] : this.#store.all().filter(({ account }) => account.startsWith(reference))
    const [limit, ...more] = found
    if (more.length > 0) throw ambiguous(reference, found)
    if (!limit) throw unknown(reference, this.#store.all())
    this.#apply(limit, cleared(limit, by, resume))
    return limit
  }

  heard(event: OrchEvent): void {
    if (event.type === 'state' && event.to === 'working' && newWorkAfter.has(event.from))
      this.#workedAt.set(event.session, this.#options.clock.now())
    if (event.type === 'closed') this.#workedAt.delete(event.session)
  }

  /** Looks at all sessions, and does what is due. */
  look(): void {
    const { rules, log } = this.#options
    if (this.#stopped || !rules().enabled) return
    for (const account of this.#accounts()) {
      try {
        this.#lookAt(account)
      } catch (error) {
        log.error({ error: errorMessage(error), account: account.id }, 'a limit could not be looked after')
      }
    }
  }

  #again(): void {
    this.#cancel = this.#options.clock.after(everyMs, () => {
      this.look()
      if (!this.#stopped) this.#again()
    })
  }

  /** Those of which there is something to know: on record, or on a screen. */
  #accounts(): Account[] {
    const known = this.#store.all().map(({ account: id, title }): [string, Account] => [id, { id, title }])
    const seen = this.#options.sessions().flatMap(({ record }): [string, Account][] => {
      const { account, waitsFor } = record
      return account && (waitsFor?.kind === 'limit' || waitsFor?.kind === 'login')
        ? [[account.id, account]]
        : []
    })
    return [...new Map([...known, ...seen]).values()]
  }

  #lookAt(account: Account): void {
    const { clock, rules, sessions, chance = Math.random } = this.#options
    const before = this.#store.get(account.id)
    const own = sessions().filter(({ record }) => record.account?.id === account.id)
    const sights = own.map((session) => sightOf(session, this.#workedAt.get(session.id)))
    this.#apply(
      before ?? account.id,
      advance(before, account, sights, { now: clock.now(), rules: rules(), chance: chance() }),
    )
    const limit = this.#store.get(account.id)
    if (!limit) return
    for (const parked of limit.parked) this.#park(limit, parked)
    const session = own.find(({ id }) => id === limit.trial?.session)
    if (session && this.#isToGoOn(limit, session)) void this.#goOn(account.id, session)
  }

  /** Written first; then it is told. */
  #apply(before: AccountLimit | string, { next, told }: Pick<Step, 'next' | 'told'>): void {
    const [id, known] = typeof before === 'string' ? [before, undefined] : [before.account, before]
    if (JSON.stringify(known) !== JSON.stringify(next)) this.#store.save(id, next)
    const limit = next ?? known
    if (limit) for (const one of told) this.#tell(limit, one)
  }

  #tell(limit: AccountLimit, { what, session, why }: Told): void {
    const { account, title, kind, tryAt } = limit
    const until = tryAt === undefined || limit.phase === 'closed' ? {} : { until: tryAt }
    if (session === undefined) {
      this.#options.tell({ type: 'account-limit', account, title, kind, what, why, ...until })
      return
    }
    const record = this.#options.sessions().find(({ id }) => id === session)?.record
    if (!record) return
    const { name, task } = record
    this.#options.tell({ type: 'limit', session, name, task, account, what, why, ...until })
    if (what === 'given-up') this.#options.ask(session, why)
  }

  /** A person is told once; while there is nothing to do but wait, nobody is reminded. */
  #park(limit: AccountLimit, parked: Parked): void {
    const rules = this.#options.rules()
    if (parked.kind === 'login' || parked.givenUp !== undefined || !rules.resume) return
    this.#options.park(parked.session, parked.notBefore, nextFor(limit, parked, rules))
  }

  /** After a crash, what was typed is not typed again; what was only chosen, or not yet begun, is. */
  #isToGoOn({ trial }: AccountLimit, session: LimitedSession): boolean {
    if (!trial || this.#going.has(session.id) || session.terminal === undefined) return false
    return trial.stage === 'chosen' || trial.step === 'dialog'
  }

  async #goOn(account: string, session: LimitedSession): Promise<void> {
    const { clock, rules, resume, typing } = this.#options
    const shape = resume(session)
    const trial = this.#store.get(account)?.trial
    const stage = (name: 'typing' | 'typed') => (step: 'dialog' | 'text') => {
      const limit = this.#store.get(account)
      // Somebody has cleared it meanwhile, or the session is not tried any more.
      if (limit?.trial?.session !== session.id) throw new Error('it is not its turn any more')
      this.#store.save(account, trialAt(limit, name, step, clock.now()))
      typing(session.id)
    }
    this.#going.add(session.id)
    try {
      if (shape.text === '') this.#leave(account, session.id)
      else
        await goOn(
          session,
          shape,
          { typing: stage('typing'), typed: stage('typed') },
          trial?.step === 'dialog',
        )
    } catch (error) {
      const limit = this.#store.get(account)
      const begun = error instanceof OrchError && error.details?.['typed'] === true
      // What may have arrived is judged by what the screen shows then.
      if (limit?.trial?.session === session.id && !begun && !this.#stopped) {
        const how = { now: clock.now(), rules: rules(), counts: !isUnreachable(error) }
        this.#apply(limit, trialFailed(limit, session.id, errorMessage(error), how))
      }
    } finally {
      this.#going.delete(session.id)
    }
  }

  /** Its profile says that only a person lets it go on. */
  #leave(account: string, session: string): void {
    const limit = this.#store.get(account)
    if (!limit) return
    const { trial: _trial, ...rest } = limit
    const { limit: next, told } = giveUp(
      rest,
      session,
      this.#options.rules(),
      'its profile has no text for it',
    )
    this.#apply(limit, { next, told })
  }
}

function ambiguous(reference: string, found: readonly AccountLimit[]): OrchError {
  return new OrchError('usage', `Several accounts begin with "${reference}".`, {
    hint: `Say more of one: ${found.map(({ account }) => account).join(', ')}.`,
  })
}

function unknown(reference: string, known: readonly AccountLimit[]): OrchError {
  const names = known.map(({ account }) => account)
  const hint =
    names.length === 0
      ? 'No account is held back; `iterm-orch limits` lists those that are.'
      : `Known: ${names.join(', ')}.`
  return new OrchError('account-unknown', `There is no limit of an account "${reference}".`, { hint })
}
