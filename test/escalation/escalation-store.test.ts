import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { EscalationStore } from '../../src/escalation/escalation-store.ts'
import { anEscalation } from '../support/an-escalation.ts'

const id = '0mm1abcde00011111111'

describe('the records of escalations', () => {
  it('are found again, the closed ones beside the open ones', () => {
    const directory = home()
    const store = loaded(directory)
    store.save(anEscalation({ id }))
    store.save(anEscalation({ id: '0mm1abcde00022222222', outcome: 'answered' }))
    const later = loaded(directory)
    expect(later.open().map((one) => one.id)).toEqual([id])
    expect(later.all().escalations).toHaveLength(2)
    expect(later.get('0mm1abcde00022222222')?.outcome).toBe('answered')
  })

  it.each([
    ['torn', '{"version":1,"id":"'],
    ['empty', ''],
    ['of a later version', JSON.stringify({ ...anEscalation({ id }), version: 2 })],
    ['of another id', JSON.stringify(anEscalation({ id: '0mm1abcde00099999999' }))],
  ])('that are %s are told of and left alone', (_how, content) => {
    const directory = home()
    loaded(directory)
    const path = join(directory, `${id}.json`)
    writeFileSync(path, content)
    const store = new EscalationStore(directory)
    expect(store.load().unreadable).toMatchObject([{ path }])
    expect(store.open()).toEqual([])
    expect(store.isTaken(id)).toBe(true)
    expect(store.all().unreadable).toMatchObject([{ path }])
    expect(readFileSync(path, 'utf8')).toBe(content)
  })

  it('that were closed before everyone was told are still to be settled', () => {
    const directory = home()
    const store = loaded(directory)
    store.save(anEscalation({ id }))
    store.save(anEscalation({ id, outcome: 'answered' }))
    expect(existsSync(join(directory, `${id}.json`))).toBe(true)
    const later = new EscalationStore(directory)
    expect(later.load().unsettled).toMatchObject([{ id, outcome: 'answered' }])
    expect(later.open()).toEqual([])
    later.settle(id)
    expect(existsSync(join(directory, `${id}.json`))).toBe(false)
    expect(new EscalationStore(directory).load()).toEqual({ unreadable: [], unsettled: [] })
  })

  it('that somebody closed by hand are kept with the closed ones', () => {
    const directory = home()
    loaded(directory)
    writeFileSync(join(directory, `${id}.json`), JSON.stringify(anEscalation({ id, outcome: 'expired' })))
    const store = loaded(directory)
    store.settle(id)
    expect(store.get(id)?.outcome).toBe('expired')
  })

  it('leave nothing of a write that was killed', () => {
    const directory = home()
    loaded(directory)
    const left = join(directory, `${id}.json.4711.0123456789ab.tmp`)
    writeFileSync(left, 'half')
    loaded(directory)
    expect(existsSync(left)).toBe(false)
  })

  it('of what has happened are known while the disk is full, and written as soon as it is not', () => {
    const directory = home()
    const problems: unknown[] = []
    const store = new EscalationStore(directory, (error) => problems.push(error))
    store.load()
    store.save(anEscalation({ id }))
    // Also for root, whom permissions do not stop: a file is where the directory was.
    rmSync(join(directory, 'closed'), { recursive: true })
    writeFileSync(join(directory, 'closed'), '')
    store.keep(anEscalation({ id, outcome: 'answered' }))
    expect(problems).toHaveLength(1)
    expect(store.open()).toEqual([])
    expect(store.get(id)?.outcome).toBe('answered')
    store.settle(id)
    expect(existsSync(join(directory, `${id}.json`))).toBe(true)
    rmSync(join(directory, 'closed'))
    mkdirSync(join(directory, 'closed'))
    store.flush()
    expect(loaded(directory).get(id)?.outcome).toBe('answered')
  })

  it('are named by a unique part of at least four characters', () => {
    const store = loaded(home())
    store.save(anEscalation({ id }))
    store.save(anEscalation({ id: '0mm1abcde00022222222' }))
    expect(store.find('1111').id).toBe(id)
    expect(() => store.find('111')).toThrow('There is no escalation')
    expect(() => store.find('0mm1abcde')).toThrow('Several')
    expect(() => store.find('../../../etc/passwd')).toThrow('There is no escalation')
    expect(() => store.find('')).toThrow('There is no escalation')
  })

  it('that cannot be listed are told of, and stop nobody', () => {
    const directory = home()
    writeFileSync(directory, 'a file')
    const store = new EscalationStore(directory)
    expect(store.load().unreadable).toMatchObject([{ path: directory }])
    chmodSync(directory, 0o600)
    expect(() => store.save(anEscalation({ id }))).toThrow()
    expect(store.open()).toEqual([])
  })
})

function home(): string {
  return join(mkdtempSync(join(process.env['HOME'] ?? '', 'es-')), 'escalations')
}

function loaded(directory: string): EscalationStore {
  const store = new EscalationStore(directory)
  expect(store.load().unreadable).toEqual([])
  return store
}
