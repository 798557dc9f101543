/** Notifications (OSC 9, 777, 99), progress (OSC 9;4) and session status (OSC 21337). */

import { decodeBase64Text, plainText } from '../../lib/plain-text.ts'
import type { Emulator } from './emulator.ts'
import type { Facts } from './facts.ts'

/** Longest texts that are kept, in characters. */
const longestTitle = 256
const longestBody = 4_096

/** Notifications of OSC 99 come in parts; so many unfinished ones are kept, and so long. */
const maxUnfinished = 16

/** What `OSC 9 ; 4 ; <n>` says of a progress bar. */
const progressStates = ['none', 'normal', 'error', 'indeterminate', 'warning'] as const

interface Note {
  source: 'osc9' | 'osc777' | 'osc99'
  title: string
  body: string
}

export function followNotifications(emulator: Emulator, facts: Facts): void {
  let seq = 0
  const post = ({ source, title, body }: Note) => {
    seq++
    facts.announce('orch.notification', {
      seq,
      source,
      title: plainText(title, longestTitle),
      body: plainText(body, longestBody),
    })
  }
  emulator.onOsc(9, (data) => {
    // ConEmu's numbered commands share the number; of them only the progress bar means anything here.
    const command = /^(\d{1,2})(?:;(.*))?$/s.exec(data)
    if (!command) post({ source: 'osc9', title: '', body: data })
    else if (command[1] === '4') setProgress(facts, command[2] ?? '')
    return true
  })
  emulator.onOsc(777, (data) => {
    const [verb, title = '', ...body] = data.split(';')
    if (verb === 'notify') post({ source: 'osc777', title, body: body.join(';') })
    return true
  })
  const unfinished = new Map<string, Note>()
  emulator.onOsc(99, (data) => {
    const finished = takeKittyPart(data, unfinished)
    if (finished) post(finished)
    return true
  })
  emulator.onOsc(21337, (data) => {
    facts.set('orch.sessionStatus', plainText(data, longestBody) || null)
    return true
  })
}

/** `<state>;<percent>`; a bar without a percentage has null. */
function setProgress(facts: Facts, data: string): void {
  const [stateText = '', percentText = ''] = data.split(';')
  const state = progressStates[Number(stateText || '0')]
  if (state === undefined) return
  const percent = /^\d+$/.test(percentText) ? Math.min(100, Number(percentText)) : null
  const value = { state, percent: state === 'indeterminate' ? null : percent }
  facts.set('orch.progress', state === 'none' ? null : value)
}

/** One part of a notification in kitty's form: `<key=value:…>;<payload>`. The whole when it is complete. */
function takeKittyPart(data: string, unfinished: Map<string, Note>): Note | undefined {
  const at = data.indexOf(';')
  if (at < 0) return undefined
  const metadata = new Map(
    data
      .slice(0, at)
      .split(':')
      .map((pair): [string, string] => [pair.slice(0, 1), pair.slice(2)]),
  )
  const part = metadata.get('p') ?? 'title'
  if (part !== 'title' && part !== 'body') return undefined
  const payload = data.slice(at + 1, at + 1 + longestBody * 4)
  const text = metadata.get('e') === '1' ? decodeBase64Text(payload) : payload
  if (text === undefined) return undefined

  const id = (metadata.get('i') ?? '').slice(0, 128)
  const note = unfinished.get(id) ?? { source: 'osc99', title: '', body: '' }
  unfinished.delete(id)
  note[part] = (note[part] + text).slice(0, longestBody)
  if (metadata.get('d') !== '0') return note
  unfinished.set(id, note)
  const [oldest] = unfinished.keys()
  if (unfinished.size > maxUnfinished && oldest !== undefined) unfinished.delete(oldest)
  return undefined
}
