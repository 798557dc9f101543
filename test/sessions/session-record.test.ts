import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { resolveHome } from '../../src/lib/home.ts'
import { newUuid } from '../../src/lib/ids.ts'
import { RecordStore, SessionRecord } from '../../src/sessions/session-record.ts'

function newStore() {
  const home = resolveHome({ ITERM_ORCH_HOME: mkdtempSync(join(tmpdir(), 'io-record-')) })
  const store = new RecordStore(home)
  store.prepare()
  return { store, path: (id: string, suffix: string) => join(home.sessions, `${id}${suffix}`), home }
}

function newRecord(): SessionRecord {
  return SessionRecord.parse({
    ...{ version: 1, id: newUuid(), name: 'worker', agent: 'claude', task: 'tidy up', thread: 'tidy-up' },
    ...{ cwd: '/', command: ['/bin/sh'], terminal: 'host', stage: 'opened', typedTask: 'none' },
    launchedAt: new Date(0).toISOString(),
  })
}

const waitsFor = {
  ...{ id: 'b1', kind: 'question' as const, text: 'which?', source: 'screen' },
  since: new Date(0).toISOString(),
}
const reported = [{ text: 'which?', y: 3 }]

describe('the record of a session', () => {
  it('is read back as it was written', () => {
    const { store } = newStore()
    const record = { ...newRecord(), waitsFor, completed: true, reported, seenThrough: 7 }
    store.save(record)
    expect(store.load()).toEqual({ records: [record], unreadable: [] })
  })

  it('leaves the file of the launch alone when only something was seen', () => {
    const { store, path } = newStore()
    const record = newRecord()
    store.save(record)
    const before = statSync(path(record.id, '.json'))
    store.save({ ...record, waitsFor, reported }, { waitsFor, reported })
    expect(statSync(path(record.id, '.json')).ino).toBe(before.ino)
    expect(store.load().records).toEqual([{ ...record, waitsFor, reported }])
    store.save({ ...record, reported }, { waitsFor: undefined })
    expect(store.load().records).toEqual([{ ...record, reported }])
  })

  it('keeps what was seen when only the launch changes', () => {
    const { store } = newStore()
    const record = { ...newRecord(), waitsFor }
    store.save(record)
    store.save({ ...record, conversation: 'c1' }, { conversation: 'c1' })
    expect(store.load().records).toEqual([{ ...record, conversation: 'c1' }])
  })

  it('is taken from one file where an earlier version wrote everything into it', () => {
    const { store, path } = newStore()
    const record = { ...newRecord(), waitsFor, reported, seenThrough: 2 }
    writeFileSync(path(record.id, '.json'), JSON.stringify(record))
    expect(store.load().records).toEqual([record])
    store.save({ ...record, waitsFor: undefined }, { waitsFor: undefined })
    expect(store.load().records[0]?.waitsFor).toBeUndefined()
  })

  it('is there, and says what is missing, when a power failure has emptied what was seen', () => {
    const { store, path } = newStore()
    const record = newRecord()
    store.save({ ...record, waitsFor })
    writeFileSync(path(record.id, '.seen.json'), '')
    const { records, unreadable } = store.load()
    expect(records).toEqual([record])
    expect(unreadable).toEqual([
      { path: path(record.id, '.seen.json'), reason: expect.stringMatching(/JSON/) },
    ])
  })

  it('leaves no file behind when it is removed', () => {
    const { store, home } = newStore()
    const record = newRecord()
    store.save({ ...record, waitsFor })
    expect(readFileSync(join(home.sessions, `${record.id}.json`), 'utf8')).not.toContain('which?')
    store.remove(record.id)
    expect(readdirSync(home.sessions)).toEqual([])
  })
})
