/** Sessions over a fake terminal in an empty home, and the events that they tell. */
import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { PatternMatcher } from '../../src/agents/blocker-pattern.ts'
import { knownAgents } from '../../src/agents/known-agents.ts'
import { ProfileStore } from '../../src/agents/profile-store.ts'
import { type Home, resolveHome } from '../../src/lib/home.ts'
import { silentLogger } from '../../src/lib/logger.ts'
import { Journal } from '../../src/sessions/journal.ts'
import type { LaunchOrder, LaunchSettings } from '../../src/sessions/launch.ts'
import type { OrchEvent } from '../../src/sessions/session-info.ts'
import { RecordStore } from '../../src/sessions/session-record.ts'
import { Sessions } from '../../src/sessions/sessions.ts'
import { StuckLimits } from '../../src/sessions/stuck.ts'
import { FakeTerminal } from './fake-terminal.ts'

export const settings: LaunchSettings = { agents: knownAgents, agent: undefined, tasks: {} }

export function launchOrder(home: Home, change: Partial<LaunchOrder> = {}): LaunchOrder {
  return {
    task: 'tidy up',
    command: ['/bin/sh'],
    args: [],
    cwd: join(home.root, '..'),
    layout: 'tabs',
    count: 1,
    env: { PATH: '/usr/bin:/bin' },
    ...change,
  }
}

export class Supervised {
  readonly home: Home
  readonly terminal: FakeTerminal
  readonly events: OrchEvent[] = []
  readonly sessions: Sessions
  readonly #journal: Journal

  /** @param before continues the home and the terminal of one whose service was killed */
  constructor(before?: Supervised) {
    this.home =
      before?.home ??
      resolveHome({ ITERM_ORCH_HOME: join(mkdtempSync(join(process.env['HOME'] ?? '', 's-')), 'h') })
    this.terminal = before?.terminal ?? new FakeTerminal()
    const store = new RecordStore(this.home)
    store.prepare()
    this.#journal = new Journal(this.home.events, (error) => {
      throw error
    })
    this.#journal.on('event', (event) => this.events.push(event))
    const { comms } = this.home
    const context = {
      store,
      journal: this.#journal,
      matcher: new PatternMatcher([]),
      profiles: new ProfileStore(this.home.agents),
      comms,
      stuck: StuckLimits.parse({}),
      appleScript: 'for tests',
      tapCommand: [],
      log: silentLogger(),
    }
    this.sessions = new Sessions(context)
    this.terminal.on('session-ended', (id) => void this.sessions.onSessionEnded(this.terminal, id))
  }

  launch(change: Partial<LaunchOrder> = {}) {
    return this.sessions.launch(launchOrder(this.home, change), settings, async () => this.terminal)
  }

  /** Resolves with the first event of the type, past or future, that fits. */
  event<T extends OrchEvent['type']>(
    type: T,
    fits: (event: Extract<OrchEvent, { type: T }>) => boolean = () => true,
  ): Promise<Extract<OrchEvent, { type: T }>> {
    const matches = (event: OrchEvent): event is Extract<OrchEvent, { type: T }> =>
      event.type === type && fits(event as Extract<OrchEvent, { type: T }>)
    const past = this.events.find(matches)
    if (past) return Promise.resolve(past)
    return new Promise((resolve) => {
      const listen = (event: OrchEvent) => {
        if (!matches(event)) return
        this.#journal.off('event', listen)
        resolve(event)
      }
      this.#journal.on('event', listen)
    })
  }
}
