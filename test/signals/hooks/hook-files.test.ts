import { mkdirSync, mkdtempSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { drainHookFiles, leaveHookFile } from '../../../src/signals/hooks/hook-files.ts'
import { HookInbox } from '../../../src/signals/hooks/hook-inbox.ts'
import type { HookSignal } from '../../../src/signals/hooks/hook-signal.ts'

let directory = ''
beforeEach(() => {
  directory = join(mkdtempSync(join(tmpdir(), 'hooks-')), 'waiting')
})

function drain(): { ids: unknown[]; taken: number; broken: number } {
  const ids: unknown[] = []
  const counts = drainHookFiles(directory, (report) => {
    if (typeof report !== 'object' || report === null || !('id' in report)) return false
    ids.push(report.id)
    return true
  })
  return { ids, ...counts }
}

const report = (id: string, payload: Record<string, unknown> = {}) => ({
  id,
  at: 1,
  agent: 'codex',
  session: 'S',
  payload,
})

describe('reports that wait in files', () => {
  it('are handed over once, in the order of their ids', () => {
    for (const id of ['c', 'a', 'b']) leaveHookFile(directory, { id })
    expect(drain()).toEqual({ ids: ['a', 'b', 'c'], taken: 3, broken: 0 })
    expect(drain()).toEqual({ ids: [], taken: 0, broken: 0 })
  })

  it('are for nobody else to read', () => {
    leaveHookFile(directory, { id: 'a' })
    expect(statSync(directory).mode & 0o777).toBe(0o700)
    expect(statSync(join(directory, 'a.json')).mode & 0o777).toBe(0o600)
  })

  it('make room for newer ones when there are too many', () => {
    for (let at = 1_000; at < 1_510; at += 1) leaveHookFile(directory, { id: `r${at}` })
    const { ids } = drain()
    expect(ids).toHaveLength(500)
    expect(ids.at(0)).toBe('r1010')
    expect(ids.at(-1)).toBe('r1509')
  })

  it('that cannot be read are kept aside and counted', () => {
    leaveHookFile(directory, { id: 'good' })
    writeFileSync(join(directory, 'torn.json'), '{"id":')
    writeFileSync(join(directory, 'other.json'), '[]')
    writeFileSync(join(directory, 'half.json.tmp'), '{')
    mkdirSync(join(directory, 'odd.json'))
    expect(drain()).toEqual({ ids: ['good'], taken: 1, broken: 3 })
    expect(readdirSync(join(directory, 'broken')).sort()).toEqual(['odd.json', 'other.json', 'torn.json'])
    expect(drain()).toEqual({ ids: [], taken: 0, broken: 0 })
  })

  it('are none where there is no directory', () => {
    expect(drain()).toEqual({ ids: [], taken: 0, broken: 0 })
  })
})

describe('the inbox', () => {
  it('takes what waited, and what is left later', async () => {
    leaveHookFile(directory, report('before'))
    const inbox = new HookInbox(directory)
    const ids: string[] = []
    const later = new Promise<void>((resolve) => {
      inbox.on('signal', ({ id }) => {
        ids.push(id)
        if (id === 'later') resolve()
      })
    })
    inbox.start()
    expect(ids).toEqual(['before'])
    leaveHookFile(directory, report('later'))
    await later
    expect(ids).toEqual(['before', 'later'])
    await inbox.stop()
  })

  it('takes a report once that came over the socket and in a file', () => {
    const { inbox, signals } = listening()
    inbox.take(report('a'))
    leaveHookFile(directory, report('a'))
    inbox.drain()
    expect(signals).toHaveLength(1)
    expect(readdirSync(directory)).toEqual([])
  })

  it('counts what is no report', () => {
    const { inbox, broken } = listening()
    leaveHookFile(directory, { id: 'no payload' })
    inbox.drain()
    expect(broken).toEqual([1])
  })

  it("does not take the end of Codex's helper thread for the end of the turn", () => {
    const { inbox, signals } = listening()
    const end = (thread: string) => ({ type: 'agent-turn-complete', 'thread-id': thread })
    inbox.take(report('1', { hook_event_name: 'UserPromptSubmit', session_id: 'main' }))
    inbox.take(report('2', end('title-maker')))
    inbox.take(report('3', end('main')))
    expect(signals.map(({ state }) => state)).toEqual(['working', undefined, 'idle'])
    expect(signals.map(({ conversationId }) => conversationId)).toEqual(['main', 'main', 'main'])
  })
})

function listening() {
  const inbox = new HookInbox(directory)
  const signals: HookSignal[] = []
  const broken: number[] = []
  inbox.on('signal', (signal) => signals.push(signal))
  inbox.on('broken', (count) => broken.push(count))
  return { inbox, signals, broken }
}
