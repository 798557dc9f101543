/** Notifications (OSC 9, 777, 99), progress (OSC 9;4) and session status (OSC 21337). */
import { KittyNotes, type Note, readOsc9, readOsc777 } from '../../lib/notes.ts'
import { plainText } from '../../lib/plain-text.ts'
import type { Emulator } from './emulator.ts'
import type { Facts } from './facts.ts'

/** Longest session status that is kept, in characters. */
const longestStatus = 4_096

export function followNotifications(emulator: Emulator, facts: Facts): void {
  let seq = 0
  const post = (note: Note | undefined) => {
    if (!note) return true
    seq++
    facts.announce('orch.notification', { seq, ...note })
    return true
  }
  emulator.onOsc(9, (data) => {
    const read = readOsc9(data)
    if (read && 'note' in read) return post(read.note)
    if (read) facts.set('orch.progress', read.progress && { ...read.progress })
    return true
  })
  emulator.onOsc(777, (data) => post(readOsc777(data)))
  const kitty = new KittyNotes()
  emulator.onOsc(99, (data) => post(kitty.take(data)))
  emulator.onOsc(21337, (data) => {
    facts.set('orch.sessionStatus', plainText(data, longestStatus) || null)
    return true
  })
}
