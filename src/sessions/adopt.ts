/** Finds launched sessions again in a terminal: after a restart of the service, or a lost connection. */
import { errorMessage } from '../lib/errors.ts'
import type { Terminal, TerminalSession } from '../terminal/terminal.ts'
import type { Session, SessionContext } from './session.ts'

/**
 * Watches every session that the terminal still has, known by its terminal id or by the script that it was
 * opened with (the service may have died between opening it and writing the id down); the others ended.
 */
export async function adopt(
  terminal: Terminal,
  sessions: readonly Session[],
  context: SessionContext,
): Promise<void> {
  const listed = await terminal.list()
  const missing: Session[] = []
  for (const session of sessions) {
    const known = listed.some(({ id }) => id === session.record.terminalSession)
    if (known) await watchAgain(terminal, session, context)
    else if (session.record.stage !== 'exited') missing.push(session)
  }
  if (missing.length === 0) return
  const byScript = await scriptsOf(terminal, listed, sessions)
  for (const session of missing) {
    const found = byScript.find(([, command]) => command.includes(`${session.id}.launch.sh`))
    if (found) {
      session.update({ terminalSession: found[0], stage: 'opened' })
      await watchAgain(terminal, session, context)
    } else if (session.record.stage === 'intent') {
      session.end('the service stopped before the terminal had opened it')
    } else {
      session.end('it is no longer in the terminal')
    }
  }
}

async function watchAgain(terminal: Terminal, session: Session, context: SessionContext): Promise<void> {
  session.watch(terminal)
  try {
    await session.checkEnded()
  } catch (error) {
    context.log.warn({ error: errorMessage(error), session: session.id }, 'could not see whether it runs')
  }
}

/** The start commands of the listed sessions that belong to no record yet. */
async function scriptsOf(
  terminal: Terminal,
  listed: readonly TerminalSession[],
  sessions: readonly Session[],
): Promise<[id: string, command: string][]> {
  const known = new Set(sessions.map(({ record }) => record.terminalSession))
  const unknown = listed.filter(({ id }) => !known.has(id))
  const commands = await Promise.all(
    unknown.map(async ({ id }): Promise<[string, string][]> => {
      const command = await terminal.openedWith(id)
      return command === undefined ? [] : [[id, command]]
    }),
  )
  return commands.flat()
}
