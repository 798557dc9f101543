/** Marks the sessions that wait for somebody, where people see them: in their tabs. Cleared when it is over. */
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { OrchError, systemErrorCode } from '../lib/errors.ts'
import { lookAtJsonFile, writeJsonFile } from '../lib/json-file.ts'
import { plainText } from '../lib/plain-text.ts'
import { redact } from '../lib/redact.ts'
import type { Looks, SessionLooks } from '../terminal/session-looks.ts'
import type { Urgency } from './notifiers/notice.ts'

export interface Mark {
  /** Kind of the blocker. */
  kind: string
  urgency: Urgency
  /** What is asked. */
  text: string
}

/** What a session looked like before it was marked, and what was changed; kept until that is undone. */
const Kept = z.object({
  session: z.string(),
  before: z.record(z.string(), z.json()),
  /** The last one may not have come there before a crash; then the one before is still to be seen. */
  sets: z.array(z.record(z.string(), z.json())).max(2),
})
type Kept = z.infer<typeof Kept>

/** Longest detail of a status, in characters; a tab is narrow. */
const longestDetail = 120

export class SessionMarks {
  readonly #directory: string
  readonly #queues = new Map<string, Promise<void>>()

  /** @param directory holds one file for each marked session, so that a crash leaves no mark for ever */
  constructor(directory: string) {
    this.#directory = directory
  }

  /**
   * @param session id that the terminal knows it by
   * @throws {OrchError} when the terminal does not do it; the answer does not depend on it.
   */
  mark(session: string, looks: SessionLooks, mark: Mark): Promise<void> {
    return this.#inTurn(session, () => this.#mark(session, looks, mark))
  }

  /** Gives back what was there before; what somebody has changed meanwhile stays. Nothing, when it has no mark. */
  clear(session: string, looks: SessionLooks): Promise<void> {
    return this.#inTurn(session, () => this.#clear(session, looks))
  }

  /** Sessions with a mark, those that an earlier service left among them. */
  marked(): string[] {
    try {
      const names = readdirSync(this.#directory).filter((name) => name.endsWith('.json'))
      return names.flatMap((name) => this.#read(name)?.session ?? [])
    } catch (error) {
      if (systemErrorCode(error) === 'ENOENT') return []
      throw error
    }
  }

  async #mark(session: string, looks: SessionLooks, { kind, urgency, text }: Mark): Promise<void> {
    const known = this.#read(nameOf(session))
    const set = looksOf(kind, urgency)
    const sets = [...(known?.sets.slice(-1) ?? []), set]
    const kept = { session, before: known?.before ?? (await looks.read()), sets }
    writeJsonFile(join(this.#directory, nameOf(session)), kept)
    await looks.write(set)
    const detail = plainText(redact(text), longestDetail)
    await looks.setStatus({ text: `Waiting: ${kindText(kind)}`, detail, color: colors[urgency] })
    if (urgency === 'critical') await looks.requestAttention()
  }

  async #clear(session: string, looks: SessionLooks): Promise<void> {
    const kept = this.#read(nameOf(session))
    if (!kept) return
    try {
      const now = await looks.read()
      await looks.write(restored(kept, now))
      await looks.setStatus(undefined)
    } catch (error) {
      // With the session its mark is gone too. Whatever else happened, it is tried again.
      if (!(error instanceof OrchError) || error.code !== 'session-gone') throw error
    }
    rmSync(join(this.#directory, nameOf(session)), { force: true })
  }

  /** One that cannot be understood tells nothing that could be given back. */
  #read(name: string): Kept | undefined {
    const kept = lookAtJsonFile(join(this.#directory, name), Kept)
    if (kept.kind === 'unreadable') throw kept.cause
    return kept.kind === 'read' ? kept.value : undefined
  }

  #inTurn(session: string, run: () => Promise<void>): Promise<void> {
    const turn = (this.#queues.get(session) ?? Promise.resolve()).catch(() => undefined).then(run)
    this.#queues.set(session, turn)
    const done = () => {
      if (this.#queues.get(session) === turn) this.#queues.delete(session)
    }
    turn.then(done, done)
    return turn
  }
}

/** Dots and tabs: grey, blue, orange, red. */
const colors: Record<Urgency, string> = {
  low: '#7f8c8d',
  medium: '#2f6fb4',
  high: '#e08a1e',
  critical: '#d0342c',
}

/** The badge never says what the screen says: iTerm2 evaluates `\(…)` in it. */
function looksOf(kind: string, urgency: Urgency): Kept['sets'][number] {
  const color = profileColor(colors[urgency])
  const variants = ['', ' (Light)', ' (Dark)']
  return {
    'Badge Text': `⏸ ${kindText(kind)}`,
    ...Object.fromEntries(variants.map((variant) => [`Tab Color${variant}`, color])),
    ...Object.fromEntries(variants.map((variant) => [`Use Tab Color${variant}`, true])),
  }
}

function kindText(kind: string): string {
  return kind.replace(/[^a-z-]/g, '').slice(0, 20)
}

function profileColor(hex: string): Record<string, string | number> {
  const part = (at: number) => Number.parseInt(hex.slice(at, at + 2), 16) / 255
  const components = { 'Red Component': part(1), 'Green Component': part(3), 'Blue Component': part(5) }
  return { ...components, 'Alpha Component': 1, 'Color Space': 'sRGB' }
}

/** Only what is still as it was set. A key that was not there cannot be taken away; without its switch it is nothing. */
function restored({ before, sets }: Kept, now: Looks): Looks {
  const keys = new Set(sets.flatMap((set) => Object.keys(set)))
  const entries = [...keys].flatMap((key) => {
    if (!sets.some((set) => isSame(now[key], set[key]))) return []
    if (Object.hasOwn(before, key)) return [[key, before[key] ?? null] as const]
    if (key.startsWith('Use ')) return [[key, false] as const]
    return key === 'Badge Text' ? [[key, ''] as const] : []
  })
  return Object.fromEntries(entries)
}

/** Booleans come back as 1 and 0; colours with other members and rounded. */
function isSame(now: unknown, set: unknown): boolean {
  if (typeof set === 'boolean') return now === set || now === Number(set)
  if (typeof set === 'number') return typeof now === 'number' && Math.abs(now - set) < 0.01
  if (typeof set !== 'object' || set === null) return now === set
  if (typeof now !== 'object' || now === null) return false
  const members = new Map(Object.entries(now))
  return Object.entries(set).every(
    ([key, value]) => typeof value === 'string' || isSame(members.get(key), value),
  )
}

function nameOf(session: string): string {
  return `${Buffer.from(session).toString('base64url')}.json`
}
