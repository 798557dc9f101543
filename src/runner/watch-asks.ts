/** Sees in the directory of a command whose agent asks at its hook whether it waits for somebody. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { readJsonFile } from '../lib/json-file.ts'
import { processLife } from '../lib/process-identity.ts'
import { WaitingAsk } from '../signals/hooks/ask-record.ts'

/** Whoever watches looks no faster. */
const lookMs = 500

/**
 * @param seen told of the oldest one that waits, whenever that is another one or has got its escalation
 * @returns ends the watch
 */
export function watchAsks(directory: string, seen: (ask: WaitingAsk | undefined) => void): () => void {
  let before: WaitingAsk | undefined
  const timer = setInterval(() => {
    const now = oldestAsk(directory)
    if (now?.id === before?.id && now?.escalation === before?.escalation) return
    before = now
    seen(now)
  }, lookMs)
  return () => clearInterval(timer)
}

function oldestAsk(directory: string): WaitingAsk | undefined {
  for (const name of names(directory)) {
    try {
      const ask = readJsonFile(join(directory, name), WaitingAsk)
      // A hook that was killed leaves its file.
      if (ask && processLife(ask.process) !== 'gone') return ask
    } catch {
      // Not one of ours.
    }
  }
  return undefined
}

/** Their names begin with the time. */
function names(directory: string): string[] {
  try {
    return readdirSync(directory)
      .filter((name) => name.endsWith('.json'))
      .sort()
  } catch {
    // Made with the first question.
    return []
  }
}
