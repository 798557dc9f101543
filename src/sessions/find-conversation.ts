/** Finds the conversation of an agent that gives it an id of its own. */
import { closeSync, openSync, readdirSync, readSync, realpathSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, join } from 'node:path'
import { z } from 'zod'
import type { SessionRecord } from './session-record.ts'

/** The first line of a file of Codex: `$CODEX_HOME/sessions/<year>/<month>/<day>/rollout-<time>-<id>.jsonl`. */
const Meta = z.object({
  type: z.literal('session_meta'),
  payload: z.object({ id: z.string().min(1), cwd: z.string(), timestamp: z.iso.datetime() }),
})

type StartFacts = 'agent' | 'cwd' | 'launchedAt' | 'startedAt'

/** Codex's first line holds its instructions, too. */
const longestLine = 256 * 1024

/** The first conversation that was begun in the session's directory after its program was started. */
export function findConversation(
  { agent, cwd, launchedAt, startedAt = launchedAt }: Pick<SessionRecord, StartFacts>,
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  if (agent !== 'codex') return undefined
  const root = env['CODEX_HOME'] ?? join(env['HOME'] ?? homedir(), '.codex')
  const directory = real(cwd)
  const begun = rollouts(join(root, 'sessions'))
    .flatMap((path) => readMeta(path) ?? [])
    .filter((meta) => real(meta.cwd) === directory && Date.parse(meta.timestamp) >= Date.parse(startedAt))
    .sort((left, right) => left.timestamp.localeCompare(right.timestamp))
  return begun[0]?.id
}

function rollouts(root: string): string[] {
  try {
    return readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((name) => /^rollout-.*\.jsonl$/u.test(basename(name)))
      .map((name) => join(root, name))
  } catch {
    return []
  }
}

function readMeta(path: string): z.infer<typeof Meta>['payload'] | undefined {
  try {
    return Meta.parse(JSON.parse(firstLine(path))).payload
  } catch {
    return undefined
  }
}

function firstLine(path: string): string {
  const file = openSync(path, 'r')
  try {
    const bytes = Buffer.alloc(longestLine)
    const length = readSync(file, bytes, 0, longestLine, 0)
    return bytes.toString('utf8', 0, length).split('\n', 1)[0] ?? ''
  } finally {
    closeSync(file)
  }
}

function real(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}
