/**
 * The program that agents call at their hooks. They wait for it, so it is quick; it says nothing, and it
 * never fails, whatever it is given and whatever it finds.
 */
import { connect } from 'node:net'
import type { Readable } from 'node:stream'
import { type Home, resolveHome } from '../../lib/home.ts'
import { newTimeOrderedId, timeOfId } from '../../lib/ids.ts'
import { hookDirectory, leaveHookFile } from './hook-files.ts'
import { type Payload, parsePayload } from './payload.ts'
import { readBounded } from './read-bounded.ts'

/** So long the service may take, in ms; it needs 5 when the computer is not busy. Then the report waits in a file. */
const answerMs = 1_000

/** Where the service takes reports. */
export const hookPath = '/v1/hooks'

/** What goes to the service, or into a file. */
export interface HookReport {
  /** The same in both, so that one that arrives both ways counts once. */
  id: string
  /** When the agent called, in ms. */
  at: number
  agent: string
  /** As the agent's settings name it; the payload may name another. */
  event?: string
  /** `ITERM_ORCH_SESSION`; absent for an agent that was started by hand. */
  session?: string
  payload: Payload
}

/**
 * @param argv `[--agent NAME] [--always] [--id ID] [event] [payload]`; the payload is on standard input when
 *   absent. The courier gives the id under which it has already tried to report.
 */
export async function reportHook(
  argv: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
  input: Readable & { isTTY?: boolean } = process.stdin,
): Promise<void> {
  try {
    const {
      agent,
      always,
      event,
      text,
      id = newTimeOrderedId(Math.round(performance.timeOrigin)),
    } = readArguments(argv)
    const given = text ?? (input.isTTY ? '' : await readBounded(input))
    const session = env['ITERM_ORCH_SESSION'] || undefined
    if (session === undefined && !always) return
    const payload = parsePayload(given)
    if (!payload && event === undefined) return
    const report: HookReport = {
      id,
      at: timeOfId(id),
      agent,
      ...(event !== undefined && { event }),
      ...(session !== undefined && { session }),
      payload: payload ?? {},
    }
    await hand(report, resolveHome(env))
  } catch {
    // Nobody here can do anything about it, and the agent must go on.
  } finally {
    // An agent that keeps its end open must not keep us.
    input.destroy()
  }
}

/** It names a file. */
const idForm = /^[0-9a-z]{20}$/

function readArguments(argv: readonly string[]) {
  let agent = 'unknown'
  let always = false
  let id: string | undefined
  const words: string[] = []
  for (let at = 0; at < argv.length; at += 1) {
    const word = argv[at] ?? ''
    if (word === '--agent') {
      at += 1
      agent = argv[at] ?? agent
    } else if (word === '--id') {
      at += 1
      id = idForm.exec(argv[at] ?? '')?.[0]
    } else if (word === '--always') always = true
    else words.push(word)
  }
  const [event, text] = words
  return { agent, always, event, text, id }
}

async function hand(report: HookReport, home: Home): Promise<void> {
  if (await isAccepted(report, home.serviceSocket)) return
  leaveHookFile(hookDirectory(home.state), report)
}

/** A request as it goes over the wire: loading Node's HTTP client would take longer than all the rest. */
function isAccepted(report: HookReport, socketPath: string): Promise<boolean> {
  const body = Buffer.from(JSON.stringify(report))
  const head =
    `POST ${hookPath} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n` +
    `content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`
  return new Promise((resolve) => {
    const socket = connect(socketPath)
    let answer = ''
    const end = () => {
      socket.destroy()
      resolve(/^HTTP\/1\.1 200 /.test(answer))
    }
    socket.setTimeout(answerMs, end)
    socket.on('data', (chunk: Buffer) => {
      answer += chunk.toString('latin1')
      // The status line is all that matters.
      if (answer.includes('\n')) end()
    })
    socket.once('error', end).once('close', end)
    socket.write(head)
    socket.write(body)
  })
}
