import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { examineMail } from '../../src/mail/doctor.ts'
import { createMailbox } from '../../src/mail/mailbox.ts'
import { readThread } from '../../src/mail/thread-log.ts'
import { mailHome } from './mail-home.ts'
import { idsOf, startMail } from './mail-processes.ts'

describe('many processes on one thread', () => {
  const writers = 16
  const readers = 4
  const each = 625

  it(`loses, doubles and tears none of ${writers * each} messages`, async () => {
    const { comms, desktop } = mailHome()
    const all = writers * each
    const reading = Array.from({ length: readers }, (_, n) =>
      idsOf(startMail('reader', comms.root, `r${n}`, all)),
    )
    const writing = Array.from({ length: writers }, (_, n) => {
      const name = `claude_cli_w_${n}`
      createMailbox(comms, name)
      return idsOf(startMail('writer', comms.root, name, each))
    })
    const sent = (await Promise.all(writing)).flat().toSorted()
    expect(new Set(sent).size).toBe(all)
    for (const seen of await Promise.all(reading)) expect(seen.toSorted()).toEqual(sent)

    const log = readThread(comms, join(desktop.active, 'busy'))
    expect(log.messages).toHaveLength(all)
    expect({ damage: log.damage, tails: log.tails, duplicates: log.duplicates }).toEqual({
      damage: [],
      tails: [],
      duplicates: 0,
    })
    const later = Date.now() + 3_600_000
    expect(examineMail(comms, { fix: false, now: later })).toEqual({
      mailboxes: 18,
      messages: all,
      problems: [],
    })
  }, 60_000)
})
