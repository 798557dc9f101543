import { existsSync, mkdtempSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { appendToThread, threadHas, threadName, threadPath } from '../../src/mail/thread.ts'

const message = {
  from: 'session_1',
  to: 'claude',
  ts: '2026-11-21T10:00:00.000Z',
  type: 'blocker' as const,
  session: '1',
}

describe('a thread', () => {
  it('gets one line for each message, with an id, for its owner alone', () => {
    const comms = mkdtempSync(join(process.env['HOME'] ?? '', 'c-'))
    const path = threadPath(comms, 'claude', 'my task')
    const id = appendToThread(comms, path, { ...message, text: 'ERROR: no disk' })
    appendToThread(comms, path, { ...message, id: 'given', text: 'two\nlines' })
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { ...message, id, text: 'ERROR: no disk' },
      { ...message, id: 'given', text: 'two\nlines' },
    ])
    expect(path).toBe(join(comms, 'claude/instant_messaging/active/my-task/thread.jsonl'))
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect([threadHas(path, 'given'), threadHas(path, 'other'), threadHas(`${path}x`, 'given')]).toEqual([
      true,
      false,
      false,
    ])
  })

  it('keeps no secrets', () => {
    const comms = mkdtempSync(join(process.env['HOME'] ?? '', 'c-'))
    const path = threadPath(comms, 'claude', 't')
    appendToThread(comms, path, { ...message, text: `ERROR: bad key sk-${'a1'.repeat(12)}` })
    expect(readFileSync(path, 'utf8')).toContain('bad key [redacted]')
  })

  it('makes no root: it may be a drive that is not mounted', () => {
    const missing = join(mkdtempSync(join(process.env['HOME'] ?? '', 'c-')), 'drive')
    const path = threadPath(missing, 'claude', 't')
    expect(() => appendToThread(missing, path, { ...message, text: 'x' })).toThrow('does not exist')
    expect(existsSync(missing)).toBe(false)
  })

  it('has a safe name, whatever the task is called', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (task) => {
        const name = threadName(task)
        expect(name).toMatch(/^[^./][^/\0]{0,160}$/)
        expect(['.', '..']).not.toContain(name)
      }),
    )
  })
})
