import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { examineMail } from '../../src/mail/doctor.ts'
import { createMailbox } from '../../src/mail/mailbox.ts'
import { readThread } from '../../src/mail/thread-log.ts'
import { mailHome } from './mail-home.ts'
import { idsOf, startMail } from './mail-processes.ts'

describe('processes that are killed while they write', () => {
  it('leave nothing lost, and nothing that doctor cannot repair', async () => {
    const { comms, desktop } = mailHome()
    const told: string[] = []
    for (let round = 0; round < 3; round++) {
      const children = Array.from({ length: 5 }, (_, n) => {
        const name = `claude_cli_w_${round}${n}`
        createMailbox(comms, name)
        return startMail('writer', comms.root, name)
      })
      const outputs = children.map(idsOf)
      await Promise.all(children.map((child) => once(child.stdout, 'data')))
      for (const child of children) {
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 30))
        child.kill('SIGKILL')
      }
      told.push(...(await Promise.all(outputs)).flat())
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
