/** Which profile every session has: a stored one, or a copy of its own ("divorced"). */
import { EventEmitter } from 'eventemitter3'
import { newUuid } from '../../lib/ids.ts'
import type { Profile } from './profile-keys.ts'
import type { ProfileStore } from './profile-store.ts'

interface Assignment {
  /** The stored profile that the session uses, or that its copy was made from. */
  guid: string
  own: Profile | undefined
}

interface SessionProfileEvents {
  /** The profile of the session reads differently now. */
  change: [sessionId: string]
}

export class SessionProfiles extends EventEmitter<SessionProfileEvents> {
  readonly #assignments = new Map<string, Assignment>()
  readonly #store: ProfileStore

  constructor(store: ProfileStore) {
    super()
    this.#store = store
  }

  /** Gives a session a stored profile; with changes, a copy of it that has them. */
  assign(sessionId: string, guid: string, changes: Profile = {}): Profile {
    this.#assignments.set(sessionId, { guid, own: undefined })
    if (Object.keys(changes).length > 0) this.change(sessionId, changes)
    return this.of(sessionId)
  }

  /** The profile as the session sees it; the default one for a session that was given none. */
  of(sessionId: string): Profile {
    const assignment = this.#assignments.get(sessionId)
    const stored = () => this.#store.get(assignment?.guid ?? '') ?? this.#store.defaultProfile
    return assignment?.own ?? stored()
  }

  /** The stored profile that the session's own one is or comes from. */
  storedGuid(sessionId: string): string | undefined {
    return this.#assignments.get(sessionId)?.guid
  }

  /**
   * Changes keys of the session's copy, which is made now if there is none. A `Guid` switches the session
   * to that stored profile first; the session's present guid changes nothing.
   * @returns false, and nothing changed, when there is no profile with that guid.
   */
  change(sessionId: string, changes: Profile): boolean {
    const { Guid: guid, 'Original Guid': _, ...rest } = changes
    const before = this.of(sessionId)
    if (typeof guid === 'string' && guid !== before['Guid']) {
      if (!this.#store.get(guid)) return false
      this.#assignments.set(sessionId, { guid, own: undefined })
    }
    if (Object.keys(rest).length > 0) this.#divorce(sessionId, rest)
    if (this.of(sessionId) !== before) this.emit('change', sessionId)
    return true
  }

  /** Changes stored profiles, and with them every session that has no copy of its own. */
  changeStored(guids: string[], changes: Profile): boolean {
    if (!this.#store.edit(guids, changes)) return false
    for (const [sessionId, { guid, own }] of this.#assignments) {
      if (!own && guids.includes(guid)) this.emit('change', sessionId)
    }
    return true
  }

  forget(sessionId: string): void {
    this.#assignments.delete(sessionId)
  }

  #divorce(sessionId: string, changes: Profile): void {
    const current = this.of(sessionId)
    const assignment = this.#assignments.get(sessionId)
    const guid = assignment?.guid ?? String(current['Guid'])
    const identity: Profile = assignment?.own ? {} : { Guid: newUuid(), 'Original Guid': guid }
    this.#assignments.set(sessionId, { guid, own: { ...current, ...changes, ...identity } })
  }
}
