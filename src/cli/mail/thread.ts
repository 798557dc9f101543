import type { Command } from 'commander'
import { OrchError } from '../../lib/errors.ts'
import type { Message } from '../../mail/message.ts'
import type { CliContext } from '../context.ts'
import { addExamples } from '../examples.ts'
import { asOption, type OwnMail, openOwnMail } from './mail-call.ts'
import { messageBlock } from './message-text.ts'
import { writeOut } from './write-out.ts'

interface ThreadOptions {
  as?: string
  follow?: boolean
  close?: boolean
  force?: boolean
}

export function addThread(program: Command, context: CliContext): void {
  const command = program
    .command('thread')
    .description(
      'Shows the messages of a task, or follows them; with --close, moves the thread to the archive.',
    )
    .summary('show or close the thread of a task')
    .argument('<thread>', 'the task')
    .option('-F, --follow', 'go on with what comes')
    .option('--close', 'move it to the archive of your mailbox')
    .option('--force', 'close it with messages that were not read')
    .addOption(asOption())
    .action(async (task: string, options: ThreadOptions) => {
      const mail = await openOwnMail(context, options.as)
      if (options.close) await close(context, mail, task, options.force ?? false)
      else await show(context, mail, task, options.follow ?? false)
    })
  addExamples(command, [
    ['iterm-orch thread req_1234', 'what was said about a task'],
    ['iterm-orch thread req_1234 --follow --json', 'one message a line, as they come'],
    ['iterm-orch thread req_1234 --close', 'it is done with'],
  ])
}

async function show(
  context: CliContext,
  { comms, own }: OwnMail,
  task: string,
  follow: boolean,
): Promise<void> {
  const [{ textOrWhy }, { findThread }, { newCursor, readNew }, { threadDirectory }] = await Promise.all([
    import('./inbox-text.ts'),
    import('../../mail/threads.ts'),
    import('../../mail/thread-log.ts'),
    import('../../mail/mailbox.ts'),
  ])
  const { out } = context
  const directory = follow ? threadDirectory(own, task) : findThread(comms, own, task).directory
  const render = (message: Message) => {
    const text = textOrWhy(comms, directory, message)
    return out.json
      ? `${JSON.stringify({ task, ...message, text })}\n`
      : messageBlock(message, text, task, out)
  }
  const cursor = newCursor()
  const showNew = async () => {
    const log = readNew(comms, directory, cursor)
    for (const message of log.messages) await writeOut(render(message))
    for (const { kind, path, offset, length } of log.damage)
      out.note(`A line cannot be read (${kind}, ${length} bytes at ${offset} of ${path}).`)
  }
  await showNew()
  if (!follow) return
  const [{ watchDirectories }, { assertStillThere }] = await Promise.all([
    import('../../mail/watch.ts'),
    import('../../mail/mailbox.ts'),
  ])
  const stop = context.untilInterrupted()
  const watch = watchDirectories([own.active, directory])
  try {
    while (!stop.aborted) {
      await watch.next(stop)
      assertStillThere(own)
      await showNew()
    }
  } finally {
    await watch.close()
  }
}

/** What this mailbox has not read yet must not disappear into the archive. */
async function close(
  { out }: CliContext,
  { comms, own }: OwnMail,
  task: string,
  force: boolean,
): Promise<void> {
  const [{ Inbox }, { archiveThread }] = await Promise.all([
    import('../../mail/inbox.ts'),
    import('../../mail/threads.ts'),
  ])
  const inbox = new Inbox(comms, own)
  const path = await inbox.locked(async () => {
    const unread = inbox
      .look({ toShow: false })
      .threads.filter((thread) => thread.task === task && !thread.archived)
    const count = unread.flatMap(({ messages }) => messages).length
    if (count > 0 && !force) {
      throw new OrchError('busy', `The thread has ${count} unread ${count === 1 ? 'message' : 'messages'}.`, {
        hint: `Read ${count === 1 ? 'it' : 'them'} with \`iterm-orch inbox\`, or close it with --force.`,
      })
    }
    inbox.acknowledge({ threads: unread, notifications: [], files: [], problems: [] })
    return archiveThread(comms, own, task)
  })
  if (out.json) out.result({ task, path })
  else out.line(`${out.style.green('closed')}: ${path}`)
}
