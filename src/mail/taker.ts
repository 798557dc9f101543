/**
 * Who gets a message that may also be typed into its recipient's terminal: whoever takes it first, the inbox
 * that shows it or the service that types it. `receipts/.taken/<id>` says who has it.
 */
import { linkSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { removeQuietly } from '../lib/atomic-file.ts'
import { systemErrorCode } from '../lib/errors.ts'
import { randomToken } from '../lib/ids.ts'
import { type Comms, insidePath, makeDirectoryInside } from './comms.ts'
import { reading, writing } from './mail-error.ts'
import type { Mailbox } from './mailbox.ts'
import type { Message } from './message.ts'
import { fileNamePart } from './names.ts'

export type Taker = 'inbox' | 'terminal'

/** The field of a message that says that it is typed unless it was read before. */
export const typedUnlessRead = 'typed_unless_read'

export function isTypedUnlessRead(message: Message): boolean {
  return message[typedUnlessRead] === true
}

/**
 * Takes the message, for good, if nobody has it yet; gives who has it. In however many processes this is
 * called at once, one of the two gets it.
 *
 * @throws {OrchError} `mail-unwritable`, `mail-unreadable`
 */
export function takeMessage(comms: Comms, mailbox: Mailbox, id: string, taker: Taker): Taker {
  const present = takerOf(comms, mailbox, id)
  if (present) return present
  const path = join(makeDirectoryInside(comms, join(mailbox.receipts, directory)), fileOf(id))
  const temporary = `${path}.${process.pid}.${randomToken()}.tmp`
  try {
    // A link comes with its whole content or not at all, and fails where one is.
    writing(path, () => {
      writeFileSync(temporary, taker, { flag: 'wx', mode: 0o600 })
      linkSync(temporary, path)
    })
    return taker
  } catch (error) {
    const other = takerOf(comms, mailbox, id)
    if (other) return other
    throw error
  } finally {
    removeQuietly(temporary)
  }
}

/** Who has taken the message; undefined: nobody. @throws {OrchError} `mail-unreadable` */
export function takerOf(comms: Comms, mailbox: Mailbox, id: string): Taker | undefined {
  const path = insidePath(comms, join(mailbox.receipts, directory, fileOf(id)))
  const text = reading(path, () => readOrNothing(path))
  return text === 'inbox' || text === 'terminal' ? text : undefined
}

/** No name of a reader begins with a dot. */
const directory = '.taken'

function fileOf(id: string): string {
  return fileNamePart(id, 100)
}

function readOrNothing(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined
    throw error
  }
}
