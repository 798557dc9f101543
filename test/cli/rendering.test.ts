import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { describeEvent } from '../../src/cli/event-text.ts'
import { inOrderOfNeed } from '../../src/cli/ps.ts'
import { since } from '../../src/cli/session-text.ts'
import { createStyles } from '../../src/cli/styles.ts'
import { renderTable } from '../../src/cli/table.ts'
import { textWidth } from '../../src/cli/text-width.ts'
import { formatRecord } from '../../src/lib/log-record.ts'
import { shownText } from '../../src/lib/shown-text.ts'
import type { SessionInfo } from '../../src/service/api.ts'
import { binary, json, type OrchEvent, run, stopAll } from './cli.ts'

const plain = createStyles(false)

describe('tables', () => {
  const cell = fc
    .array(fc.constantFrom('a', 'word', '日本', '🙂', 'é', ' '), { maxLength: 8 })
    .map((parts) => parts.join(''))

  it('fit the width, whatever the width of their characters, and keep their columns aligned', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(cell, cell, cell), { maxLength: 6 }),
        fc.integer({ min: 30, max: 90 }),
        (rows, width) => {
          const columns = [
            { title: 'A', least: 4 },
            { title: 'B', least: 4 },
            { title: 'C', least: 4 },
          ]
          const lines = renderTable(
            columns,
            rows.map((row) => row.map((text) => ({ text }))),
            width,
            (text) => text,
          )
          for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(width)
        },
      ),
    )
    const aligned = renderTable(
      [{ title: 'NAME' }, { title: 'X' }],
      [
        [{ text: '日本' }, { text: 'x' }],
        [{ text: 'abc' }, { text: 'x' }],
      ],
      80,
      (text) => text,
    )
    expect(aligned).toEqual(['NAME  X', '日本  x', 'abc   x'])
  })

  it('shorten the widest column first and say so', () => {
    const [, row] = renderTable(
      [{ title: 'ID' }, { title: 'TASK', least: 4 }],
      [[{ text: '12345678' }, { text: 'a very long task' }]],
      18,
      (text) => text,
    )
    expect(row).toBe('12345678  a very …')
  })
})

describe('ps', () => {
  it('puts those first that need someone, and of these the one that waits longest', () => {
    const session = (id: string, state: SessionInfo['state'], since: string) => ({
      ...base,
      id,
      state,
      since,
    })
    const sessions = [
      session('E', 'exited', '2026-01-01T00:00:00Z'),
      session('D', 'working', '2026-01-01T00:00:00Z'),
      session('B', 'waiting', '2026-01-02T00:00:00Z'),
      session('A', 'waiting', '2026-01-01T00:00:00Z'),
      session('C', 'errored', '2026-01-01T00:00:00Z'),
    ]
    expect(inOrderOfNeed(sessions).map(({ id }) => id)).toEqual(['A', 'B', 'C', 'D', 'E'])
  })

  it('tells times in their two largest units', () => {
    const start = Date.parse('2026-01-01T00:00:00Z')
    const after = (seconds: number) => since('2026-01-01T00:00:00Z', start + seconds * 1000)
    expect([0, 59, 60, 200, 7500, 90_000, -5].map(after)).toEqual([
      '0s',
      '59s',
      '1m',
      '3m 20s',
      '2h 5m',
      '1d 1h',
      '0s',
    ])
  })
})

describe('text of others', () => {
  it('can neither move the cursor, nor colour, nor turn the direction of writing', () => {
    expect(shownText('a\u001b[2Jb\nc\u202ed')).toBe('a·[2Jb c·d')
    const event: OrchEvent = {
      id: '1',
      ts: '2026-01-01T00:00:00Z',
      type: 'blocker',
      session: 'ABCDEF12-0000',
      name: 'x\u001b]0;title\u0007',
      task: 't',
      blocker: {
        id: 'b',
        kind: 'question',
        text: 'why\u009b31m?',
        source: 'question',
        since: '2026-01-01T00:00:00Z',
      },
    }
    const [line = ''] = describeEvent(event, plain)
    expect(line).toMatch(/ABCDEF12 {2}x·\]0;title· {2}needs question why·31m\?$/)
    expect(line).not.toMatch(/\p{Cc}/u)
  })

  it('is shown as it is when a line of the log is no record', () => {
    const time = Date.parse('2026-01-01T00:00:00Z')
    expect(
      formatRecord(JSON.stringify({ time, level: 40, pid: 1, name: 'service', msg: 'odd', kind: 'host' })),
    ).toBe('2026-01-01T00:00:00.000Z warn  odd {"kind":"host"}')
    expect(formatRecord('not json')).toBe('not json')
  })
})

describe('the service commands', () => {
  afterAll(stopAll)

  it('start, describe, log and stop the service', async () => {
    expect(await json('service', 'start')).toMatchObject({
      started: true,
      health: { pid: expect.any(Number) },
    })
    expect(await json('service', 'start')).toMatchObject({ started: false })
    expect(await json('service', 'status')).toMatchObject({ running: true, health: { sessions: 0 } })
    const before = await json<{ pid: number }>('service', 'status')
    expect((await run(['service', 'restart'])).code).toBe(0)
    expect((await json<{ pid: number }>('service', 'status')).pid).not.toBe(before.pid)
    expect((await run(['service', 'logs'])).stdout).toContain('listening')
    expect(await json('service', 'stop')).toEqual({ stopped: true })
    expect(await json('service', 'stop')).toEqual({ stopped: false })
  })

  it('start, describe and stop the host', async () => {
    expect(await json('host', 'start')).toMatchObject({ running: true })
    expect(await json('host', 'status')).toMatchObject({ running: true, pid: expect.any(Number) })
    expect(await json('host', 'stop')).toEqual({ stopped: true })
  })
})

describe('a reader that goes away', () => {
  it('is no error', () => {
    const { stderr, stdout } = spawnSync('sh', ['-c', `'${process.execPath}' '${binary}' --help | head -1`], {
      encoding: 'utf8',
    })
    expect({ stderr, stdout }).toEqual({ stderr: '', stdout: 'Usage: iterm-orch [options] [command]\n' })
  })
})

const base: SessionInfo = {
  id: '',
  name: 'n',
  agent: 'a',
  task: 't',
  mailbox: 'claude_cli_build_00000000',
  cwd: '/',
  state: 'working',
  reason: '',
  since: '',
  source: 'screen',
  evidence: '',
  terminal: 'host',
  launchedAt: '2026-01-01T00:00:00Z',
}
