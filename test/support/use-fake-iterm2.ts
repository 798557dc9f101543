/** A service in this process over the stand-in of iTerm2, with stand-ins of agents in real PTYs; anew for each test. */
import { mkdtempSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach } from 'vitest'
import type { Home } from '../../src/lib/home.ts'
import { resolveHome } from '../../src/lib/home.ts'
import { silentLogger } from '../../src/lib/logger.ts'
import { commsAt } from '../../src/mail/comms.ts'
import { Inbox } from '../../src/mail/inbox.ts'
import { mailboxAt } from '../../src/mail/mailbox.ts'
import type { OrchEvent } from '../../src/service/api.ts'
import { Service } from '../../src/service/service.ts'
import type { Session } from '../../src/sessions/session.ts'
import { FakeIterm2 } from './fake-iterm2.ts'
import { type Arrived, parseArrived } from './stand-in-session.ts'

export class FakeIterm2World {
  iterm2!: FakeIterm2
  home!: Home
  service!: Service
  events: OrchEvent[] = []
  work = ''

  async start(): Promise<void> {
    process.env['ITERM_ORCH_TERMINAL'] = 'iterm2'
    this.iterm2 = await FakeIterm2.start()
    this.work = mkdtempSync(join(homedir(), 'w-'))
    this.home = resolveHome({ ITERM_ORCH_HOME: join(this.work, 'h') })
    await this.startService()
  }

  /** A service over what the one before has left. */
  async startService(): Promise<void> {
    this.service = new Service({
      home: this.home,
      log: silentLogger(),
      startHost: () => Promise.reject(new Error('no host is wanted')),
      platform: 'darwin',
    })
    this.events = []
    const { events } = this
    this.service.journal.on('event', (event) => events.push(event))
    await this.service.start()
  }

  async stop(): Promise<void> {
    await this.service.stop()
    await this.iterm2.close()
    rmSync(this.work, { recursive: true, force: true })
  }

  /** @param program file of `stand-ins`, or the command itself */
  async launch(program: string | string[], options: object = {}, name = 'worker'): Promise<Session> {
    const isOwn = typeof program === 'string'
    const file = isOwn ? fileURLToPath(new URL(`./stand-ins/${program}.mjs`, import.meta.url)) : ''
    await this.service.launch({
      ...{ task: 'tidy', name, cwd: this.work, args: [], layout: 'tabs', count: 1 },
      ...(isOwn && { agent: 'claude' }),
      command: isOwn ? [process.execPath, file, join(this.work, 'log'), JSON.stringify(options)] : program,
      env: { PATH: process.env['PATH'] ?? '' },
      ...{ tap: false, trust: false },
      brief: 'none',
    })
    return this.service.sessions.find(name)
  }

  /** The API is gone, and the service knows. */
  async lost(session: Session): Promise<void> {
    await this.iterm2.apiOff()
    await until(() => session.terminal === undefined)
  }

  /** iTerm2 is quit, and the service knows. */
  async quit(session: Session): Promise<void> {
    await this.iterm2.quit()
    await until(() => session.terminal === undefined)
  }

  arrived(): Arrived[] {
    return parseArrived(join(this.work, 'log'))
  }

  /** What the session's agent has not read yet; it is read then. */
  inbox(session: Session): string[] {
    const comms = commsAt(this.home.comms)
    const inbox = new Inbox(comms, mailboxAt(comms, session.info().mailbox))
    const unread = inbox.look()
    inbox.acknowledge(unread)
    return unread.threads.flatMap(({ messages }) => messages.map(({ text }) => text))
  }
}

export function useFakeIterm2(): FakeIterm2World {
  const world = new FakeIterm2World()
  beforeEach(() => world.start())
  afterEach(() => world.stop())
  return world
}

export async function until<T>(look: () => T | undefined | false): Promise<T> {
  for (;;) {
    const found = look()
    if (found) return found
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
