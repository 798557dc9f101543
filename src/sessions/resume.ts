/** Continues the conversation of an agent that has ended, or was lost with its terminal. */
import { readFileSync } from 'node:fs'
import { writeFileAtomic } from '../lib/atomic-file.ts'
import { OrchError } from '../lib/errors.ts'
import { newUuid } from '../lib/ids.ts'
import { findConversation } from './find-conversation.ts'
import { writeLaunchFiles } from './launch-script.ts'
import type { Session, SessionContext } from './session.ts'
import type { RecordStore } from './session-record.ts'

/** Arguments with the id in their place. */
export function withId(args: readonly string[], id: string): string[] {
  return args.map((argument) => argument.replaceAll('{id}', id))
}

/**
 * Rewrites the session's script so that its next start continues the conversation.
 *
 * @param tap whether it runs behind the tap from now on; undefined: as before
 * @throws {OrchError} `usage` while the program runs, or where nothing is known that could be continued.
 */
export function prepareResume(
  session: Session,
  { store, tapCommand }: Pick<SessionContext, 'store' | 'tapCommand'>,
  env: Readonly<Record<string, string>>,
  tap?: boolean,
): void {
  const { record, name } = session
  if (record.stage !== 'exited') {
    throw new OrchError('usage', `The agent of "${name}" still runs.`, {
      hint: 'Type to it with `iterm-orch inject`, or end it first.',
    })
  }
  const conversation = record.conversation ?? findConversation(record, env)
  if (record.resume === undefined || conversation === undefined) {
    throw new OrchError(
      'usage',
      `No conversation of "${name}" (${record.agent}) is known that could be continued.`,
      {
        hint: '`iterm-orch restart-session` starts the program and its task anew.',
      },
    )
  }
  session.update({ conversation, resumed: true, typedTask: 'none', ...(tap !== undefined && { tap }) })
  const argv = [...record.command, ...withId(record.resume, conversation)]
  writeLaunchFiles(store, record, argv, env, tapCommand)
}

/** A new start is a new conversation: agents refuse an id that they have used. */
export function renewConversation(session: Session, store: RecordStore): void {
  const { conversation, givenConversation: given = conversation, resumed } = session.record
  if (given === undefined || resumed) return
  const path = store.scriptPath(session.id)
  const script = readFileSync(path, 'utf8')
  if (!script.includes(given)) {
    // The agent chose the id itself, and will choose another.
    session.update({ conversation: undefined })
    return
  }
  const renewed = newUuid().toLowerCase()
  session.update({ conversation: renewed, givenConversation: renewed })
  writeFileAtomic(path, script.replaceAll(given, renewed), 0o700)
}
