/** The demo: a home of its own, the story, and the cleaning up, whatever happens. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stopHost } from '../../host/host-control.ts'
import { errorMessage, OrchError } from '../../lib/errors.ts'
import { maxSocketPathBytes, resolveHome } from '../../lib/home.ts'
import { ensureService, stopService } from '../../service/ensure-service.ts'
import type { CliContext } from '../context.ts'
import { EventWaiter } from './event-waiter.ts'
import { Narrator } from './narrator.ts'
import { tellStory } from './story.ts'

/** @throws {OrchError} `failed` when any step of the story does not happen. */
export async function runDemo(context: CliContext, keep: boolean): Promise<void> {
  const interrupted = context.untilInterrupted()
  const directory = makeHome()
  // The service and the host that are started from here inherit this.
  process.env['ITERM_ORCH_HOME'] = directory
  process.env['ITERM_ORCH_TERMINAL'] = 'host'
  const home = resolveHome()
  const narrator = new Narrator(context.out)
  narrator.begin(directory)
  const watching = new AbortController()
  let events: EventWaiter | undefined
  try {
    const { client } = await ensureService(home)
    narrator.step('The service is started.')
    events = new EventWaiter(client.events({ signal: watching.signal }), interrupted)
    await tellStory({ client, home, events, narrator })
  } catch (error) {
    if (!interrupted.aborted) throw failure(error, directory, keep)
  } finally {
    watching.abort()
    await events?.ended
    if (keep) narrator.keep(directory)
    else await cleanUp(directory, narrator)
  }
}

/** Short enough for the sockets in it, also where the system's directory has a long name (macOS). */
function makeHome(): string {
  const longest = 'io-demo-XXXXXX/run/service.sock'.length + 1
  const parent = tmpdir().length + longest <= maxSocketPathBytes ? tmpdir() : '/tmp'
  return mkdtempSync(join(parent, 'io-demo-'))
}

async function cleanUp(directory: string, narrator: Narrator): Promise<void> {
  const home = resolveHome()
  // The service first: it would report the end of the host as a loss.
  const results = await Promise.allSettled([stopService(home).then(() => stopHost(home))])
  for (const result of results) if (result.status === 'rejected') throw result.reason
  rmSync(directory, { recursive: true, force: true })
  narrator.end()
}

function failure(error: unknown, directory: string, keep: boolean): OrchError {
  const hint = keep
    ? `Look around: ITERM_ORCH_HOME=${directory} iterm-orch ps, and the logs in ${directory}/logs.`
    : 'Run `iterm-orch doctor`; `iterm-orch demo --keep` leaves everything there to look at.'
  return new OrchError('failed', `The demo failed: ${errorMessage(error)}`, { hint, cause: error })
}
