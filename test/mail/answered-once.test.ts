import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, it } from 'vitest'
import { sendMessage } from '../../src/mail/send.ts'
import { readThread } from '../../src/mail/thread-log.ts'
import { mailHome } from './mail-home.ts'

const program = new URL('../support/mail-answerer-main.ts', import.meta.url).pathname

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
  const answering = ['one', 'two', 'three'].map((answer) =>
    spawn(process.execPath, ['--import', 'tsx', program, comms.root, 'claude', answer, ...ids], {
      stdio: ['pipe', 'pipe', 'inherit'],
    }),
  )
  await Promise.all(answering.map(({ stdout }) => once(stdout, 'data')))
  for (const { stdin } of answering) stdin.end('go\n')
  const said = await Promise.all(answering.map(({ stdout }) => text(stdout)))
  const answered = said.flatMap((lines) => lines.split('\n').filter((line) => line !== ''))
  expect(answered.toSorted()).toEqual(ids.toSorted())
  const threads = Array.from({ length: 6 }, (_, n) => readThread(comms, join(worker.active, `job${n}`)))
  const answers = threads.flatMap(({ messages }) => messages.flatMap(({ reply_to }) => reply_to ?? []))
  expect(answers.toSorted()).toEqual(ids.toSorted())
}, 60_000)
