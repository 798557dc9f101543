/** What the mail commands share: whose mailbox it is, the text, the time to wait. None starts the service. */
import { readFileSync } from 'node:fs'
import { text as readAll } from 'node:stream/consumers'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { parseDuration } from '../../lib/duration.ts'
import { errorMessage, OrchError } from '../../lib/errors.ts'
import type { Comms } from '../../mail/comms.ts'
import type { Mailbox } from '../../mail/mailbox.ts'
import type { CliContext } from '../context.ts'

export interface OwnMail {
  comms: Comms
  own: Mailbox
}

/** The caller's mailbox, made when it does not exist. */
export async function openOwnMail(context: CliContext, as: string | undefined): Promise<OwnMail> {
  const [{ openComms }, { ownMailbox }, { createMailbox }] = await Promise.all([
    import('../../mail/comms.ts'),
    import('../../mail/identity.ts'),
    import('../../mail/mailbox.ts'),
  ])
  const name = ownMailbox(as, context.home)
  const comms = await openComms(context.home)
  return { comms, own: createMailbox(comms, name) }
}

/** The mailbox that `--to` means; without it the orchestrator of the caller, else the coordinator. */
export async function recipientOf({ comms, own }: OwnMail, to: string | undefined): Promise<string> {
  const { defaultRecipient, resolveRecipient } = await import('../../mail/identity.ts')
  return to === undefined ? defaultRecipient(comms, own.name) : resolveRecipient(comms, own.name, to)
}

/** `--task`, else `ITERM_ORCH_TASK`, else a thread of the two. */
export async function taskOf({ own }: OwnMail, other: string, task: string | undefined): Promise<string> {
  const [{ defaultThread }, { parseTaskName }] = await Promise.all([
    import('../../mail/identity.ts'),
    import('../../mail/names.ts'),
  ])
  return parseTaskName(task ?? defaultThread(own.name, other))
}

export function asOption(): Option {
  return new Option('--as <mailbox>', 'whose mailbox (default: ITERM_ORCH_MAILBOX, or that of the session)')
}

export function toOption(): Option {
  return new Option('--to <mailbox>', 'recipient (default: your orchestrator, else claude)')
}

export function taskOption(): Option {
  return new Option('-t, --task <thread>', 'the task it is about (default: ITERM_ORCH_TASK)')
}

export function fileOption(): Option {
  return new Option('-f, --file <file>', 'take the text from a file; - is standard input')
}

export function timeoutOption(): Option {
  return new Option('--timeout <duration>', 'wait at most so long: 30s, 5m, 2h (exit code 6)').argParser(
    durationArgument,
  )
}

/** Adds `--no-wait`, which prints the id and returns. */
export function addNoWait(command: Command): Command {
  return command.option('--no-wait', 'print the id of the question and return')
}

/** `500ms`, `30s`, `5m`, `2h`, `1d`, or seconds; gives milliseconds. */
export function durationArgument(text: string): number {
  const ms = parseDuration(/^\d+(?:\.\d+)?$/.test(text) ? `${text}s` : text)
  if (ms !== undefined) return ms
  throw new InvalidArgumentError('It must be a duration such as 30s, 5m or 2h.')
}

/**
 * The text of a message: the argument, the content of `--file`, or else standard input.
 *
 * @throws {OrchError} `usage` when there are two, or none
 */
export async function textOf(argument: string | undefined, file: string | undefined): Promise<string> {
  const text = await optionalText(argument, file)
  if (text !== undefined) return text
  throw new OrchError('usage', 'There is no text.', {
    hint: 'Give it as an argument, with --file FILE, or on standard input.',
  })
}

/** The same, but undefined when there is none. */
export async function optionalText(
  argument: string | undefined,
  file: string | undefined,
): Promise<string | undefined> {
  if (argument !== undefined && file !== undefined) {
    throw new OrchError('usage', 'There are two texts: one on the command line and one from --file.', {
      hint: 'Give only one of them.',
    })
  }
  const text = argument ?? (await contentOf(file))
  return text === undefined || text.trim() === '' ? undefined : text.replace(/\r?\n$/, '')
}

async function contentOf(file: string | undefined): Promise<string | undefined> {
  if (file === undefined && process.stdin.isTTY) return undefined
  try {
    return file === undefined || file === '-' ? await readAll(process.stdin) : readFileSync(file, 'utf8')
  } catch (error) {
    throw new OrchError('usage', `The file ${file} cannot be read: ${errorMessage(error)}`, {
      hint: 'Check its path and permissions.',
      cause: error,
    })
  }
}
