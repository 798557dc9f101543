import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ProgramRecords } from '../../../src/lib/program-status/records.ts'
import { parseProgramReport } from '../../../src/lib/program-status/report.ts'

const base64 = (text: string) => Buffer.from(text).toString('base64')

describe('a report', () => {
  test('says its state and the rest of what is known', () => {
    const body = `state=blocked:id=a/b:kind=permission:progress=40:app=claude:title=${base64('T ✓')}:msg=${base64('approve Bash: ls')}`
    expect(parseProgramReport(body)).toEqual({
      state: 'blocked',
      id: 'a/b',
      kind: 'permission',
      progress: 40,
      app: 'claude',
      title: 'T ✓',
      msg: 'approve Bash: ls',
    })
    expect(parseProgramReport('state=idle')).toEqual({ state: 'idle', id: '' })
  })

  test.each([
    ['no state', 'id=a'],
    ['an unknown state', 'state=sleeping'],
    ['nothing', ''],
    ['bad base64', 'state=idle:msg=a'],
    ['base64 of the URL alphabet', 'state=idle:msg=_-__'],
    ['text that is not UTF-8', `state=idle:msg=${Buffer.from([0xff, 0xfe]).toString('base64')}`],
    ['a control character', `state=idle:msg=${base64('a\nb')}`],
    ['a control character of the C1 set', `state=idle:title=${base64('a\u009bb')}`],
    ['a line separator', `state=idle:msg=${base64('a\u2028b')}`],
    ['a title that is too long', `state=idle:title=${base64('x'.repeat(193))}`],
    ['a message that is too long', `state=idle:msg=${base64('x'.repeat(2_049))}`],
    ['nine levels', `state=idle:id=${'a/'.repeat(8)}a`],
    ['a segment of 33', `state=idle:id=${'a'.repeat(33)}`],
    ['an id of 129', `state=idle:id=${`${'a'.repeat(32)}/`.repeat(3)}${'a'.repeat(30)}`],
    ['an empty segment', 'state=idle:id=a//b'],
    ['progress above 100', 'state=working:progress=101'],
    ['an app of 33', `state=idle:app=${'a'.repeat(33)}`],
    ['more than 4096 bytes', `state=idle${':x=y'.repeat(1_100)}`],
  ])('is dropped for %s', (_name, body) => {
    expect(parseProgramReport(body)).toBeUndefined()
  })

  test.each([
    ['pairs without a sign', 'nonsense:state=idle', {}],
    ['keys in capitals', 'State=done:state=idle', {}],
    ['long keys', `${'k'.repeat(17)}=1:state=idle`, {}],
    ['unknown keys', 'state=idle:colour=red', {}],
    ['values with other characters', 'state=idle:app=a b', {}],
    ['earlier ones of a doubled key', 'state=done:state=idle', {}],
    ['a kind without a block', 'state=idle:kind=permission', {}],
    ['an unknown kind', 'state=idle:kind=coffee', {}],
    ['progress of what does not go on', 'state=idle:progress=5', {}],
    ['progress that is no number', 'state=idle:progress=half', {}],
  ])('leaves out %s', (_name, body, rest) => {
    expect(parseProgramReport(body)).toEqual({ state: 'idle', id: '', ...rest })
  })

  test('takes the longest texts that are allowed', () => {
    const body = `state=blocked:title=${base64('x'.repeat(192))}:msg=${base64('y'.repeat(2_048))}`
    expect(parseProgramReport(body)).toMatchObject({ title: 'x'.repeat(192), msg: 'y'.repeat(2_048) })
  })

  test('of any text never throws, and never breaks a limit', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 30 }),
      fc.constantFrom(
        'state=',
        'state=idle',
        'id=',
        'a/b',
        ':',
        '=',
        'msg=',
        'AAAA',
        'progress=',
        '99',
        '\x07',
      ),
    )
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const report = parseProgramReport(pieces.join(''))
        if (!report) return
        expect(report.id.length).toBeLessThanOrEqual(128)
        expect(report.progress ?? 0).toBeLessThanOrEqual(100)
        expect(`${report.title ?? ''}${report.msg ?? ''}`).not.toMatch(/\p{Cc}/u)
      }),
    )
  })
})

describe('the records', () => {
  test('replace each other whole, inherit the app, and are listed by id', () => {
    const records = new ProgramRecords()
    records.apply({ state: 'working', id: 'a/b', msg: 'old' }, 1)
    records.apply({ state: 'working', id: '', app: 'root' }, 2)
    records.apply({ state: 'idle', id: 'a/b' }, 3)
    records.apply({ state: 'done', id: 'a', app: 'own' }, 4)
    expect(records.list()).toEqual([
      { state: 'working', id: '', app: 'root', since: 2 },
      { state: 'done', id: 'a', app: 'own', since: 4 },
      { state: 'idle', id: 'a/b', app: 'own', since: 3 },
    ])
  })

  test('keep the time at which a state began when it is said again', () => {
    const records = new ProgramRecords()
    records.apply({ state: 'working', id: '' }, 1)
    records.apply({ state: 'working', id: '' }, 9)
    expect(records.list()).toEqual([{ state: 'working', id: '', since: 1 }])
  })

  test('go with their ancestor, and all without an id', () => {
    const records = new ProgramRecords()
    for (const id of ['', 'a', 'a/b', 'ab']) records.apply({ state: 'done', id }, 1)
    records.apply({ state: 'clear', id: 'a' }, 2)
    expect(records.list().map(({ id }) => id)).toEqual(['', 'ab'])
    records.apply({ state: 'clear', id: '' }, 3)
    expect(records.list()).toEqual([])
  })

  test('are 256 at most; the one that was not updated for longest goes first', () => {
    const records = new ProgramRecords()
    for (let index = 0; index < 256; index++) records.apply({ state: 'done', id: `r${index}` }, index)
    records.apply({ state: 'error', id: 'r0' }, 300)
    records.apply({ state: 'done', id: 'new' }, 301)
    const ids = records.list().map(({ id }) => id)
    expect(ids).toHaveLength(256)
    expect(ids).toContain('r0')
    expect(ids).not.toContain('r1')
  })
})
