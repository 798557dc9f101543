import { join } from 'node:path'
import { expect, it } from 'vitest'
import { sendMessage } from '../../src/mail/send.ts'
import { readThread } from '../../src/mail/thread-log.ts'
import { runTogether } from '../support/run-together.ts'
import { mailHome } from './mail-home.ts'

it('takes one answer of a mailbox to a question, also when two give theirs at the same moment', async () => {
  const { comms, worker } = mailHome()
  const ids = Array.from({ length: 60 }, (_, n) => {
    const draft = {
      from: worker.name,
      to: 'claude',
      task: `job${n % 6}`,
      type: 'clarification',
      text: 'Which?',
    }
    return sendMessage(comms, draft, { durable: false }).message.id
  })
  const answering = ['one', 'two', 'three'].map((answer) => [comms.root, 'claude', answer, ...ids])
  const answered = await runTogether('mail-answerer-main', answering)
  expect(answered.flat().toSorted()).toEqual(ids.toSorted())
  const threads = Array.from({ length: 6 }, (_, n) => readThread(comms, join(worker.active, `job${n}`)))
  const answers = threads.flatMap(({ messages }) => messages.flatMap(({ reply_to }) => reply_to ?? []))
  expect(answers.toSorted()).toEqual(ids.toSorted())
}, 60_000)
