/** The circuit breaker of an account: a function of what is known, what is seen, and the time. */
import type { Account } from '../../sessions/account.ts'
import type { AccountLimit, LimitKind, Parked, Sight, Step, Told, Trial } from './account-limit.ts'
import { nextTry } from './back-off.ts'
import type { LimitRules } from './limit-rules.ts'
import { giveUp, trialFailed } from './trial-steps.ts'

/** A session that was made to go on shows within this whether it does. */
export const trialMs = 120_000

export interface Circumstances {
  now: number
  rules: LimitRules
  /** 0 to 1. */
  chance: number
}

/** Brings the breaker in line with what all sessions of the account show now. */
export function advance(
  before: AccountLimit | undefined,
  account: Account,
  sights: readonly Sight[],
  around: Circumstances,
): Step {
  const breaker = new Breaker(before, account, sights, around)
  return breaker.run()
}

/** Whether something may be started; undefined: nothing stands against it. */
export function heldBack(limit: AccountLimit | undefined, now: number): 'open' | 'trial' | undefined {
  if (!limit || limit.phase === 'closed') return undefined
  if (limit.tryAt === undefined || Date.parse(limit.tryAt) > now) return 'open'
  return limit.trial ? 'trial' : undefined
}

class Breaker {
  readonly #account: Account
  readonly #sights: ReadonlyMap<string, Sight>
  readonly #around: Circumstances
  readonly #told: Told[] = []
  #limit: AccountLimit | undefined

  constructor(
    before: AccountLimit | undefined,
    account: Account,
    sights: readonly Sight[],
    around: Circumstances,
  ) {
    this.#limit = before
    this.#account = account
    this.#sights = new Map(sights.map((sight) => [sight.session, sight]))
    this.#around = around
  }

  run(): Step {
    this.#forgetGone()
    this.#noteWell()
    for (const sight of this.#sights.values()) this.#see(sight)
    this.#judgeTrial()
    this.#letGo()
    this.#witness()
    this.#expire()
    this.#choose()
    const limit = this.#limit
    const next = limit && (limit.phase !== 'closed' || limit.parked.length > 0) ? limit : undefined
    return { next, told: this.#told }
  }

  /** A session that is not there any more is no longer waited for. */
  #forgetGone(): void {
    const limit = this.#limit
    if (!limit) return
    const isThere = (session: string) => (this.#sights.get(session)?.word ?? 'gone') !== 'gone'
    const parked = limit.parked.filter(({ session }) => isThere(session))
    const { trial, ...rest } = limit
    this.#limit = { ...rest, parked, ...(trial && isThere(trial.session) ? { trial } : {}) }
  }

  #noteWell(): void {
    const limit = this.#limit
    if (!limit) return
    const well = [...this.#sights.values()]
      .filter(({ word }) => word === 'well')
      .map(({ session }) => [session, limit.well[session] ?? this.#iso(this.#around.now)])
    this.#limit = { ...limit, well: Object.fromEntries(well) }
  }

  #see(sight: Sight): void {
    const { word } = sight
    if (word !== 'limit' && word !== 'login') return
    const limit = this.#limit
    const parked = limit?.parked.find(({ session }) => session === sight.session)
    if (parked && isSameSight(parked, sight)) return
    if (limit?.trial?.session === sight.session) return
    if (!this.#counts(sight, word)) return
    this.#open(sight, word)
    this.#park(sight, word, parked)
  }

  /** What only stands on a screen may have been printed by a program: it must last, and nobody may disprove it. */
  #counts(sight: Sight, word: LimitKind): boolean {
    const limit = this.#limit
    if (sight.sure || (limit?.phase === 'open' && limit.kind === word)) return true
    if (this.#around.now - sight.since < this.#around.rules.confirm) return false
    return ![...this.#sights.values()].some(
      (other) =>
        other.session !== sight.session && other.word === 'well' && (other.workedAt ?? 0) > sight.since,
    )
  }

  #open(sight: Sight, kind: LimitKind): void {
    const { now, rules, chance } = this.#around
    const limit = this.#limit
    const isOpen = limit !== undefined && limit.phase !== 'closed'
    const failures = limit?.failures ?? 0
    const retry =
      kind === 'login' ? undefined : nextTry(rules, { resetsAt: sight.resetsAt, failures }, now, chance)
    if (isOpen && limit.kind === kind) {
      // A guess changes nothing of what is known; of two known ends the later one counts.
      const isKnown = retry?.resetsAt !== undefined
      const later = isKnown && (limit.resetsAt === undefined || retry.tryAt > Date.parse(limit.tryAt ?? ''))
      if (later || (limit.phase === 'half-open' && retry)) this.#prolong(sight, retry)
      return
    }
    // While a login has failed, no clock opens anything.
    if (isOpen && limit.kind === 'login') return
    const { tryAt: _tryAt, resetsAt: _resetsAt, ...rest } = limit ?? this.#fresh(sight)
    this.#limit = {
      ...rest,
      ...{ phase: 'open', kind, since: this.#iso(now), evidence: sight.evidence },
      seenBy: { session: sight.session, name: sight.name },
      ...this.#times(retry),
    }
    this.#tell({ what: 'opened', why: `${sight.name}: ${sight.evidence}` })
  }

  #prolong(sight: Pick<Sight, 'name' | 'evidence'>, retry: { tryAt: number; resetsAt?: number }): void {
    if (!this.#limit) return
    const { tryAt: _tryAt, resetsAt: _resetsAt, ...rest } = this.#limit
    this.#limit = { ...rest, phase: 'open', ...this.#times(retry) }
    this.#tell({ what: 'prolonged', why: `${sight.name}: ${sight.evidence}` })
  }

  #park(sight: Sight, kind: LimitKind, before: Parked | undefined): void {
    const limit = this.#limit
    if (!limit) return
    const { session, name, evidence } = sight
    const notBefore = kind === 'limit' ? limit.tryAt : undefined
    const parked: Parked = {
      ...{ session, name, kind, evidence, since: this.#iso(sight.since), attempts: before?.attempts ?? 0 },
      ...(notBefore === undefined ? {} : { notBefore }),
    }
    this.#limit = { ...limit, parked: [...limit.parked.filter((one) => one.session !== session), parked] }
    if (!before) this.#tell({ what: 'parked', session, why: evidence })
  }

  #judgeTrial(): void {
    const trial = this.#limit?.trial
    const sight = trial && this.#sights.get(trial.session)
    if (!trial || !sight || trial.stage === 'chosen') return
    const { now, rules } = this.#around
    const typedAt = Date.parse(trial.at)
    if (sight.word === 'well') {
      const since = Math.max(typedAt, Date.parse(this.#limit?.well[trial.session] ?? ''))
      if (now - since >= rules.settle) this.#succeed(trial)
      return
    }
    const isLimit = sight.word === 'limit' || sight.word === 'login'
    const isNew = isLimit && sight.since > typedAt && (sight.sure || now - sight.since >= rules.confirm)
    if (!isNew && now - typedAt < trialMs) return
    if (isLimit) this.#limitedAgain(trial, sight)
    else if (sight.word === 'failed') this.#otherTrouble(trial, sight)
    else this.#tryLater(trial)
  }

  #succeed({ session }: Trial): void {
    this.#unpark(session)
    this.#tell({ what: 'goes-on', session, why: 'it was seen to go on' })
    this.#close(`${this.#nameOf(session)} goes on`)
  }

  #limitedAgain({ session }: Trial, sight: Sight): void {
    const { now, rules, chance } = this.#around
    const { trial: _trial, ...limit } = this.#limit as AccountLimit
    const failures = limit.failures + 1
    const before = limit.resetsAt === undefined ? undefined : Date.parse(limit.resetsAt)
    const { resetsAt } = sight
    const kind: LimitKind = sight.word === 'login' ? 'login' : 'limit'
    const retry =
      kind === 'limit' ? nextTry(rules, { resetsAt, before, failures: failures - 1 }, now, chance) : undefined
    const { tryAt: _tryAt, resetsAt: _resetsAt, ...rest } = limit
    const times = this.#times(retry)
    const parked = limit.parked.map((one) =>
      one.session === session
        ? { ...one, kind, evidence: sight.evidence, since: this.#iso(sight.since), notBefore: times.tryAt }
        : one,
    )
    this.#limit = { ...rest, phase: 'open', kind, failures, parked, ...times }
    this.#tell({ what: 'failed', session, why: sight.evidence })
    this.#tell({ what: 'prolonged', why: `${sight.name}: ${sight.evidence}` })
    this.#giveUp(session)
    if (failures >= rules.attempts)
      for (const one of parked) this.#giveUp(one.session, 'the account was tried too often')
  }

  /** The limit is over for it; its error is a blocker of its own, which is escalated as such. */
  #otherTrouble({ session }: Trial, { evidence }: Sight): void {
    this.#unpark(session)
    this.#tell({ what: 'failed', session, why: evidence })
  }

  #tryLater({ session }: Trial): void {
    if (!this.#limit) return
    const { now, rules } = this.#around
    const { next, told } = trialFailed(this.#limit, session, 'nobody can say whether it went on', {
      now,
      rules,
    })
    this.#limit = next
    this.#told.push(...told)
  }

  #giveUp(session: string, because?: string): void {
    if (!this.#limit) return
    const { limit, told } = giveUp(this.#limit, session, this.#around.rules, because)
    this.#limit = limit
    this.#told.push(...told)
  }

  /** Whoever goes on without us is not waited for any more. */
  #letGo(): void {
    const limit = this.#limit
    for (const { session, kind } of limit?.parked ?? []) {
      if (limit?.trial?.session === session || !this.#isWellFor(session)) continue
      this.#unpark(session)
      this.#tell({ what: 'goes-on', session, why: 'it went on without us' })
      if (kind === 'login' && limit?.kind === 'login')
        this.#close(`${this.#nameOf(session)} is logged in again`)
    }
  }

  /** A session that begins something new and goes on with it shows that the account is well. */
  #witness(): void {
    const limit = this.#limit
    if (!limit || limit.phase === 'closed') return
    const witness = [...this.#sights.values()].find(
      ({ session, workedAt }) =>
        session !== limit.trial?.session &&
        (workedAt ?? 0) > Date.parse(limit.since) &&
        this.#isWellFor(session),
    )
    if (witness) this.#close(`${witness.name} works`)
  }

  /** Its time is over, and there is nobody to try: the next launch will tell. */
  #expire(): void {
    const limit = this.#limit
    if (!limit || limit.phase === 'closed' || limit.trial || heldBack(limit, this.#around.now)) return
    const { resume } = this.#around.rules
    if (resume && limit.parked.some((one) => this.#mayBeTried(one))) return
    this.#limit = { ...limit, phase: 'closed' }
    this.#tell({ what: 'closed', why: 'its time is over, and nobody is left to be tried' })
  }

  /** By its screen; what cannot be seen may be there again later. */
  #mayBeTried({ session, givenUp }: Parked): boolean {
    return (
      givenUp === undefined && ['limit', 'login', 'unknown'].includes(this.#sights.get(session)?.word ?? '')
    )
  }

  #choose(): void {
    const limit = this.#limit
    const { now, rules } = this.#around
    if (!limit || !rules.resume || limit.trial || heldBack(limit, now)) return
    const [first] = limit.parked
      .filter((one) => one.givenUp === undefined && Date.parse(one.notBefore ?? limit.since) <= now)
      .filter(({ session }) => ['limit', 'login'].includes(this.#sights.get(session)?.word ?? ''))
      .toSorted((left, right) => left.attempts - right.attempts || left.since.localeCompare(right.since))
    if (!first) return
    const { session } = first
    const trial: Trial = { session, stage: 'chosen', step: 'text', at: this.#iso(now) }
    const attempts = first.attempts + 1
    const parked = limit.parked.map((one) => (one === first ? { ...one, attempts } : one))
    if (limit.phase === 'open') this.#tell({ what: 'half-open', why: `${first.name} is tried` })
    const phase = limit.phase === 'open' ? 'half-open' : limit.phase
    this.#limit = { ...limit, phase, parked, trial }
    this.#tell({ what: 'trying', session, why: `attempt ${attempts} of ${rules.attempts}` })
  }

  #isWellFor(session: string): boolean {
    const since = this.#limit?.well[session]
    return since !== undefined && this.#around.now - Date.parse(since) >= this.#around.rules.settle
  }

  #unpark(session: string): void {
    if (!this.#limit) return
    const { trial, ...rest } = this.#limit
    const parked = rest.parked.filter((one) => one.session !== session)
    this.#limit = { ...rest, parked, ...(trial && trial.session !== session ? { trial } : {}) }
  }

  #close(why: string): void {
    const limit = this.#limit
    if (!limit) return
    const wasOpen = limit.phase !== 'closed'
    this.#limit = { ...limit, phase: 'closed', failures: 0 }
    if (wasOpen) this.#tell({ what: 'closed', why })
  }

  #fresh({ session, name, evidence }: Sight): AccountLimit {
    const { id: account, title } = this.#account
    return {
      ...{ version: 1, account, title, phase: 'open', kind: 'limit', since: this.#iso(this.#around.now) },
      ...{ seenBy: { session, name }, evidence, failures: 0, parked: [], well: {} },
    }
  }

  #times(retry: { tryAt: number; resetsAt?: number } | undefined): Pick<AccountLimit, 'tryAt' | 'resetsAt'> {
    if (!retry) return {}
    const { tryAt, resetsAt } = retry
    return {
      tryAt: this.#iso(tryAt),
      ...(resetsAt === undefined ? {} : { resetsAt: this.#iso(resetsAt) }),
    }
  }

  #nameOf(session: string): string {
    return this.#sights.get(session)?.name ?? session
  }

  #tell(told: Told): void {
    this.#told.push(told)
  }

  #iso(ms: number): string {
    return new Date(ms).toISOString()
  }
}

/** A screen that is painted anew, or read again, says the same at a later time. */
function isSameSight(parked: Parked, sight: Sight): boolean {
  if (parked.kind !== sight.word) return false
  return sight.since <= Date.parse(parked.since) || sight.evidence === parked.evidence
}
