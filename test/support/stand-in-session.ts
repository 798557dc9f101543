/** Stand-ins for agents under a real PTY in the embedded host, and what arrived at them. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ServiceUnderTest } from './use-service.ts'

/** One line of a stand-in's log. */
export interface Arrived {
  /** ms since the epoch. */
  at: number
  /** Bytes that arrived, as text. */
  got?: string
  submitted?: string
  chose?: string
  ticked?: string[]
  approved?: boolean
  /** Number of the step that was taken. */
  stepped?: number
}

export interface StandIn {
  name: string
  log(): Arrived[]
  /** Everything that arrived, as one string. */
  bytes(): string
  /** Resolves with the screen when it shows the text. */
  shows(text: string): Promise<string>
}

/** @param program file of `stand-ins`, whose beginning tells the options */
export async function launchStandIn(
  { client, service }: ServiceUnderTest,
  name: string,
  program: 'box' | 'dialogs' | 'limited',
  options: object,
  more: { env?: Record<string, string>; force?: boolean } = {},
): Promise<StandIn> {
  const file = fileURLToPath(new URL(`./stand-ins/${program}.mjs`, import.meta.url))
  const path = join(service.work, `${name}.log`)
  await client().launch({
    task: name,
    name,
    agent: 'claude',
    command: [process.execPath, file, path, JSON.stringify(options)],
    cwd: service.work,
    ...more,
    env: { PATH: process.env['PATH'] ?? '', ...more.env },
  })
  const log = () => parseArrived(path)
  return {
    name,
    log,
    bytes: () =>
      log()
        .flatMap(({ got }) => got ?? [])
        .join(''),
    shows: async (text) => {
      for await (const frame of client().frames(name)) {
        const screen = frame.lines.join('\n')
        if (screen.includes(text)) return screen
      }
      throw new Error(`${name} ended without showing ${text}`)
    },
  }
}

/** The log of a stand-in, empty before it has written any. */
export function parseArrived(path: string): Arrived[] {
  if (!existsSync(path)) return []
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
}
