import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Claimer } from '../../src/coordination/claim.ts'
import { finishTask } from '../../src/coordination/finish.ts'
import { submitTask } from '../../src/coordination/submit.ts'
import { ownIdentity } from '../../src/lib/process-identity.ts'
import { commsAt } from '../../src/mail/comms.ts'
import { Inbox } from '../../src/mail/inbox.ts'
import { createMailbox } from '../../src/mail/mailbox.ts'
import { runTogether } from '../support/run-together.ts'

const tasks = Array.from({ length: 100 }, (_, index) => `job_${index}`)

test('whoever asked for a task is told of its end once, also when several bring the result and it reads meanwhile', async () => {
  const root = mkdtempSync(join(tmpdir(), 'io-delivered-'))
  const comms = commsAt(root)
  const own = createMailbox(comms, 'claude_cli')
  const asker = createMailbox(comms, 'claude')
  for (const task of tasks) {
    submitTask(comms, own, task, `---\nreply: claude\n---\n${task}`)
    const claim = new Claimer(comms, own).claim({ claimant: { process: ownIdentity() }, task })
    if (!claim) throw new Error(`${task} cannot be claimed`)
    await finishTask(comms, own, claim, 'completed', { report: 'done' })
  }
  const told: string[] = []
  const inbox = new Inbox(comms, asker)
  const read = () =>
    inbox.locked(async () => {
      const unread = inbox.look()
      inbox.acknowledge(unread)
      told.push(...unread.notifications.map((file) => file.text.replace(/ is completed\n$/, '')))
    })
  const bringing = Array.from({ length: 4 }, () => [root, own.name, ...tasks])
  expect((await runTogether('deliverer-main', bringing, read)).flat()).toEqual([])
  await read()
  expect(told.sort()).toEqual([...tasks].sort())
  expect(readdirSync(asker.responses)).toHaveLength(tasks.length)
  rmSync(root, { recursive: true })
})
