/** What waits in a session's mailbox, to be read there or typed, on disk: `state/deliveries/<message>.json`. */
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { errorMessage } from '../../lib/errors.ts'
import { ensurePrivateDirectory } from '../../lib/home.ts'
import { readJsonFile, writeJsonFile } from '../../lib/json-file.ts'
import { When } from '../typing/when.ts'

const Command = z.object({
  type: z.literal('command'),
  text: z.string(),
  when: When.optional(),
  force: z.boolean(),
})

const Answer = z.object({
  type: z.literal('answer'),
  /** Of the prompt that it is for, and when that appeared. */
  fingerprint: z.string(),
  askedAt: z.string(),
  choice: z.object({
    choice: z.string().optional(),
    options: z.array(z.int()).optional(),
    text: z.string().optional(),
  }),
})

export const WaitingDelivery = z.object({
  version: z.literal(1),
  /** That of the message. */
  id: z.string(),
  session: z.string(),
  mailbox: z.string(),
  thread: z.string(),
  from: z.string(),
  at: z.iso.datetime(),
  /** Why it was not typed at once. */
  why: z.string(),
  /** `typing` is written before the first byte is on its way, `entering` before Enter. */
  stage: z.enum(['waiting', 'typing', 'entering']),
  /** What was typed: found in the input box after a crash, it lacks its Enter only. */
  typed: z.string().optional(),
  /** The escalation that it answers, and the id of the received answer. */
  about: z.object({ escalation: z.string(), answer: z.string() }).optional(),
  what: z.discriminatedUnion('type', [Command, Answer]),
})
export type WaitingDelivery = z.infer<typeof WaitingDelivery>

export class WaitingStore {
  readonly #directory: string

  constructor(directory: string) {
    this.#directory = directory
  }

  /** All of them, the oldest first; those that cannot be read stay where they are. */
  load(unreadable: (path: string, reason: string) => void): WaitingDelivery[] {
    ensurePrivateDirectory(this.#directory)
    const names = readdirSync(this.#directory).filter((name) => name.endsWith('.json'))
    return names.sort().flatMap((name) => {
      const path = join(this.#directory, name)
      try {
        return readJsonFile(path, WaitingDelivery) ?? []
      } catch (error) {
        unreadable(path, errorMessage(error))
        return []
      }
    })
  }

  /** Durable when this returns. */
  save(delivery: WaitingDelivery): void {
    writeJsonFile(this.#path(delivery.id), delivery, { indented: true })
  }

  remove(id: string): void {
    rmSync(this.#path(id), { force: true })
  }

  #path(id: string): string {
    return join(this.#directory, `${id}.json`)
  }
}
