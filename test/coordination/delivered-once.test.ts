import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { Claimer } from '../../src/coordination/claim.ts'
import { finishTask } from '../../src/coordination/finish.ts'
import { submitTask } from '../../src/coordination/submit.ts'
import { ownIdentity } from '../../src/lib/process-identity.ts'
import { commsAt } from '../../src/mail/comms.ts'
import { Inbox } from '../../src/mail/inbox.ts'
import { createMailbox } from '../../src/mail/mailbox.ts'

const deliverer = new URL('../support/deliverer-main.ts', import.meta.url).pathname
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
  const bringing = Array.from({ length: 4 }, () => {
    const args = ['--import', 'tsx', deliverer, root, own.name, ...tasks]
    return spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  })
  await Promise.all(bringing.map(({ stdout }) => once(stdout, 'data')))
  const ended = Promise.all(bringing.map(({ stdout }) => text(stdout)))
  for (const { stdin } of bringing) stdin.end('go\n')
  const told: string[] = []
  const inbox = new Inbox(comms, asker)
  const read = () =>
    inbox.locked(async () => {
      const unread = inbox.look()
      inbox.acknowledge(unread)
      told.push(...unread.notifications.map((file) => file.text.replace(/ is completed\n$/, '')))
    })
  let over = false
  void ended.finally(() => {
    over = true
  })
  while (!over) {
    await read()
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  await read()
  expect(await ended).toEqual(['', '', '', ''])
  expect(told.sort()).toEqual([...tasks].sort())
  expect(readdirSync(asker.responses)).toHaveLength(tasks.length)
  rmSync(root, { recursive: true })
})
