import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { type Home, resolveHome } from '../../src/lib/home.ts'
import { bringUpToDate, type Migration } from '../../src/service/home-layout.ts'
import { runService } from '../../src/service/run-service.ts'

describe('the form of the files in a home', () => {
  let home: Home
  const layout = () => JSON.parse(readFileSync(join(home.state, 'layout.json'), 'utf8')).layout
  const written = (form: number) => {
    mkdirSync(home.state, { recursive: true })
    writeFileSync(join(home.state, 'layout.json'), JSON.stringify({ layout: form, written_by: '9.9.9' }))
  }

  beforeEach(() => {
    home = resolveHome({ ITERM_ORCH_HOME: mkdtempSync(join(tmpdir(), 'l-')) })
  })

  it('is put down in a fresh home, where nothing is brought up to date', () => {
    const done: string[] = []
    bringUpToDate(home, [() => done.push('a')])
    expect([layout(), done]).toEqual([2, []])
  })

  it('is the first one in a home of before, and each step is done once, in order', () => {
    writeFileSync(home.events, '')
    const done: string[] = []
    const steps: Migration[] = [() => done.push('1 to 2'), () => done.push('2 to 3')]
    bringUpToDate(home, steps)
    bringUpToDate(home, steps)
    expect([layout(), done]).toEqual([3, ['1 to 2', '2 to 3']])
    bringUpToDate(home, [...steps, () => done.push('3 to 4')])
    expect(done.at(-1)).toBe('3 to 4')
  })

  it('goes on with the step that did not come to its end', () => {
    written(1)
    const done: string[] = []
    const fails: Migration[] = [
      () => done.push('1 to 2'),
      () => {
        throw new Error('the disk is full')
      },
    ]
    expect(() => bringUpToDate(home, fails)).toThrow('full')
    expect(layout()).toBe(2)
    bringUpToDate(home, [fails[0] as Migration, () => done.push('2 to 3')])
    expect([layout(), done]).toEqual([3, ['1 to 2', '2 to 3']])
  })

  it('is left alone when it is newer, and the service says so', async () => {
    written(7)
    const before = readFileSync(join(home.state, 'layout.json'), 'utf8')
    await expect(runService(home)).rejects.toMatchObject({
      code: 'newer-home',
      message: /iterm-orch 9\.9\.9/,
    })
    expect(readFileSync(join(home.state, 'layout.json'), 'utf8')).toBe(before)
    expect(existsSync(home.serviceSocket)).toBe(false)
    expect(readdirSync(home.state)).toEqual(['layout.json'])
  })

  it('must be readable: what cannot be read is not taken for a fresh home', () => {
    mkdirSync(home.state)
    writeFileSync(join(home.state, 'layout.json'), '{"layout":')
    expect(() => bringUpToDate(home)).toThrow(/layout\.json is no JSON/)
  })
})
