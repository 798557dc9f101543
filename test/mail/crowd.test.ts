import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { examineMail } from '../../src/mail/doctor.ts'
import { createMailbox } from '../../src/mail/mailbox.ts'
import { readThread } from '../../src/mail/thread-log.ts'
import { mailHome } from './mail-home.ts'

const program = (name: string) => fileURLToPath(new URL(`../support/mail-${name}-main.ts`, import.meta.url))

function start(name: 'writer' | 'reader', ...args: (string | number)[]) {
  return spawn(process.execPath, ['--import', 'tsx', program(name), ...args.map(String)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

async function linesOf(child: ReturnType<typeof start>): Promise<string[]> {
  const [output] = await Promise.all([text(child.stdout), once(child, 'close')])
  return output.split('\n').filter((line) => line !== '' && line !== 'ready')
}

describe('many processes on one thread', () => {
  const writers = 16
  const readers = 4
  const each = 625

  it(`loses, doubles and tears none of ${writers * each} messages`, async () => {
    const { comms, desktop } = mailHome()
    const all = writers * each
    const reading = Array.from({ length: readers }, (_, n) =>
      linesOf(start('reader', comms.root, `r${n}`, all)),
    )
    const writing = Array.from({ length: writers }, (_, n) => {
      const name = `claude_cli_w_${n}`
      createMailbox(comms, name)
      return linesOf(start('writer', comms.root, name, each))
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

describe('processes that are killed while they write', () => {
  it('leave nothing lost, and nothing that doctor cannot repair', async () => {
    const { comms, desktop } = mailHome()
    const told: string[] = []
    for (let round = 0; round < 4; round++) {
      const children = Array.from({ length: 5 }, (_, n) => {
        const name = `claude_cli_w_${round}${n}`
        createMailbox(comms, name)
        return start('writer', comms.root, name)
      })
      const outputs = children.map(linesOf)
      await Promise.all(children.map((child) => once(child.stdout, 'data')))
      for (const child of children) {
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 30))
        child.kill('SIGKILL')
      }
      told.push(...(await Promise.all(outputs)).flat().filter((id) => id.length === 20))
    }
    const later = Date.now() + 3_600_000
    const before = readThread(comms, join(desktop.active, 'busy')).messages.map(({ id }) => id)
    expect(told.length).toBeGreaterThan(100)
    expect(told.filter((id) => !before.includes(id))).toEqual([])

    const { problems } = examineMail(comms, { fix: true, now: later })
    expect(problems.filter(({ fixed }) => !fixed)).toEqual([])
    expect(examineMail(comms, { fix: false, now: later }).problems).toEqual([])
    const after = readThread(comms, join(desktop.active, 'busy')).messages.map(({ id }) => id)
    expect(after).toEqual(before)
    const whole = readFileSync(join(desktop.active, 'busy', 'thread.jsonl'), 'utf8').split('\n')
    expect(whole.at(-1)).toBe('')
  }, 60_000)
})
