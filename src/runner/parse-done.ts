/** When an agent's step is over, as people write it: `idle`, `exit`, `completion` or `file:<path>`. */
import { z } from 'zod'
import { expandPath } from '../lib/expand-path.ts'
import type { Done } from './task.ts'

export const DoneDefinition = z
  .string()
  .regex(/^(?:idle|exit|completion|file:\s*\S.*)$/u, 'must be idle, exit, completion or file:<path>')

/** @param text a {@link DoneDefinition} @param cwd where a relative path starts */
export function parseDone(text: string, cwd: string): Done {
  if (text === 'idle' || text === 'exit' || text === 'completion') return { when: text }
  return { when: 'file', path: expandPath(text.replace(/^file:\s*/u, '').trim(), cwd) }
}
