import type { Command } from 'commander'
import { OrchError } from '../../lib/errors.ts'
import { stopAfter } from '../../lib/stop-after.ts'
import type { Inbox, Unread } from '../../mail/inbox.ts'
import type { CliContext } from '../context.ts'
import { addExamples } from '../examples.ts'
import { asOption, type OwnMail, openOwnMail, timeoutOption } from './mail-call.ts'
import { writeOut } from './write-out.ts'

interface InboxOptions {
  as?: string
  wait?: boolean
  timeout?: number
  all?: boolean
  keep?: boolean
  reader: string
}

export function addInbox(program: Command, context: CliContext): void {
  const command = program
    .command('inbox')
    .description(
      'Shows what is new in your mailbox: messages, notifications, notes, tasks, responses. Each is shown once; ' +
        'what could not be written out is shown again.',
    )
    .summary('show what is new in your mailbox')
    .option('-w, --wait', 'wait until there is something')
    .addOption(timeoutOption())
    .option('-a, --all', 'the messages of all open threads, also those that were shown')
    .option('-k, --keep', 'do not count it as read')
    .option('--reader <name>', 'read under a name of its own, which sees everything once, too', 'inbox')
    .addOption(asOption())
    .action(async (options: InboxOptions) => {
      const mail = await openOwnMail(context, options.as)
      const { Inbox } = await import('../../mail/inbox.ts')
      const inbox = new Inbox(mail.comms, mail.own, options.reader)
      const seen = options.all
        ? await showAll(context, mail, inbox)
        : await showNew(context, mail, inbox, options)
      if (seen && seen.problems.length > 0) throw unreadable(seen.problems)
    })
  addExamples(command, [
    ['iterm-orch inbox', 'what is new'],
    ['iterm-orch inbox --wait --timeout 10m --json', 'waits; exit code 6 when nothing comes'],
    ['iterm-orch inbox --as claude', 'the inbox of the coordinator'],
  ])
}

/** Shows before it acknowledges: what nobody received stays new. */
async function showNew(
  context: CliContext,
  mail: OwnMail,
  inbox: Inbox,
  options: InboxOptions,
): Promise<Unread | undefined> {
  const { isEmpty } = await import('./inbox-text.ts')
  const show = () =>
    inbox.locked(async () => {
      const unread = inbox.look()
      if (options.wait && isEmpty(unread) && unread.problems.length === 0) return undefined
      const received = await writeOut(await render(context, mail, unread))
      if (received && !options.keep) inbox.acknowledge(unread)
      return unread
    })
  return options.wait ? await waitAndShow(context, mail, show, options.timeout) : await show()
}

async function waitAndShow(
  context: CliContext,
  { own }: OwnMail,
  show: () => Promise<Unread | undefined>,
  timeoutMs: number | undefined,
): Promise<Unread | undefined> {
  const [{ watchDirectories }, { assertStillThere }] = await Promise.all([
    import('../../mail/watch.ts'),
    import('../../mail/mailbox.ts'),
  ])
  const interrupted = context.untilInterrupted()
  const stop = stopAfter(timeoutMs, interrupted)
  const directories = [own.active, own.pendingNotifications, own.notes, own.tasks, own.responses]
  const watch = watchDirectories(directories, {
    depth: 1,
    onProblem: (reason) => context.out.note(`Changes are looked for every 2 s, because: ${reason}`),
  })
  try {
    for (;;) {
      assertStillThere(own)
      const shown = await show()
      if (shown || interrupted.aborted) return shown
      if (stop.aborted) throw nothingCame()
      await watch.next(stop)
    }
  } finally {
    await watch.close()
  }
}

async function showAll(context: CliContext, mail: OwnMail, inbox: Inbox): Promise<Unread> {
  const everything = inbox.lookAtAll()
  await writeOut(await render(context, mail, everything))
  return everything
}

async function render({ out }: CliContext, { comms, own }: OwnMail, unread: Unread): Promise<string> {
  const { inboxJson, inboxText } = await import('./inbox-text.ts')
  return out.json ? inboxJson(comms, own, unread) : inboxText(comms, unread, out)
}

function nothingCame(): OrchError {
  return new OrchError('no-answer', 'Nothing came in that time.', { hint: 'Wait again, or longer.' })
}

function unreadable(problems: Unread['problems']): OrchError {
  const [first] = problems
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : ''
  return new OrchError('mail-unreadable', `Not everything could be read: ${first?.reason ?? ''}${more}`, {
    hint: '`iterm-orch mail doctor` says what to do.',
    details: { problems },
  })
}
