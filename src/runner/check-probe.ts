/** Checks a probe once. */
import { connect } from 'node:net'
import { errorMessage, systemErrorCode } from '../lib/errors.ts'
import { within } from './interruption.ts'
import { runCommand } from './run-command.ts'
import type { RunContext } from './run-context.ts'
import type { Probe } from './task.ts'

/** What is wrong, or undefined. */
export async function checkProbe(
  context: RunContext,
  { check, timeoutMs }: Probe,
  until: AbortSignal,
): Promise<string | undefined> {
  const own = within(until)
  const cancel = context.clock.after(timeoutMs, () => own.abort())
  try {
    const problem = await checkOnce(context, check, own.signal)
    return own.signal.aborted ? `no answer within ${timeoutMs / 1_000} s` : problem
  } finally {
    cancel()
    own.done()
  }
}

function checkOnce(
  context: RunContext,
  check: Probe['check'],
  until: AbortSignal,
): Promise<string | undefined> {
  switch (check.kind) {
    case 'run':
      return checkCommand(context, check.run, until)
    case 'http':
      return checkHttp(check.url, until)
    case 'tcp':
      return checkTcp(check.host, check.port, until)
    case 'log':
      return Promise.resolve(undefined)
  }
}

async function checkCommand(
  { task, id, env, since, log }: RunContext,
  run: string | readonly string[],
  until: AbortSignal,
): Promise<string | undefined> {
  // A name that no step has: ending the probe ends nothing else.
  const step = 'probe@'
  const said = log.stream('probe', 'stderr')
  const end = await runCommand(
    {
      ...{ run, cwd: task.cwd, env, mark: { run: id, step, since }, stop: { signal: 'SIGKILL', graceMs: 0 } },
      onOutput: (stream, chunk) => {
        if (stream === 'stderr') said.push(chunk)
      },
      onEnd: () => said.end(),
    },
    until,
  )
  if (end.problem !== undefined) return end.problem
  if (end.exitCode === 0) return undefined
  return end.exitCode === undefined ? `${end.signal ?? 'a signal'} ended it` : `exit code ${end.exitCode}`
}

async function checkHttp(url: string, until: AbortSignal): Promise<string | undefined> {
  const { request } = url.startsWith('https:') ? await import('node:https') : await import('node:http')
  return new Promise((resolve) => {
    const outgoing = request(url, { signal: until, agent: false }, (response) => {
      response.resume()
      const status = response.statusCode ?? 0
      resolve(status >= 200 && status < 400 ? undefined : `${url} answered ${status}`)
      outgoing.destroy()
    })
    outgoing.on('error', (error) => resolve(`${url}: ${systemErrorCode(error) ?? errorMessage(error)}`))
    outgoing.end()
  })
}

function checkTcp(host: string, port: number, until: AbortSignal): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, signal: until })
    socket.once('connect', () => {
      socket.destroy()
      resolve(undefined)
    })
    socket.once('error', (error) =>
      resolve(`${host}:${port}: ${systemErrorCode(error) ?? errorMessage(error)}`),
    )
  })
}
