/** What a notification to the person at the desk tells of the program that sent it. */
import type { Note } from '../lib/notes.ts'
import type { Said } from './report-signal.ts'

const wantsPermission = /\b(?:permission|approv(?:e|al)|needs your attention|action required)\b/iu
const rests = /\b(?:waiting for your input|turn (?:is )?complete|finished|task (?:is )?complete)\b/iu

/** The words are English or none that are known: it is the weakest of all sources that tell a state. */
export function readNote({ title, body }: Pick<Note, 'title' | 'body'>): Said {
  const evidence = [title, body].filter((text) => text !== '').join(': ')
  if (wantsPermission.test(evidence)) {
    return { state: 'waiting', reason: 'it notifies of a permission', evidence, blocker: 'permission' }
  }
  if (rests.test(evidence)) return { state: 'idle', reason: 'it notifies that it rests', evidence }
  return { state: 'unknown', reason: 'it sent a notification', evidence }
}
