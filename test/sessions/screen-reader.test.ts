import { describe, expect, it } from 'vitest'
import { loadProfiles } from '../../src/agents/load-profiles.ts'
import { Line } from '../../src/iterm2/screen/line.ts'
import { ScreenReader } from '../../src/sessions/screen-reader.ts'
import type { Picture } from '../../src/terminal/terminal.ts'
import { FakeClock } from '../support/fake-clock.ts'

const { profiles } = loadProfiles('/nonexistent')

const question = 'Remove it? [y/N] '
const other = 'Overwrite it? [y/N] '

/** A picture of these rows, with the cursor at the end of the last one. */
function picture(text: string, columns = 80): Picture {
  const rows = text.split('\n')
  const lines = rows.map((row) => new Line({ text: row }))
  return {
    ...{ first: 0, columns, rows: 10, lines },
    cursor: { x: rows.at(-1)?.length ?? 0, y: rows.length - 1 },
  }
}

/** A reader of the screen of a plain program, with a clock that has not been turned yet. */
function reading() {
  const clock = new FakeClock(10_000)
  const told: { at: number; state: string; question?: string }[] = []
  const profile = profiles.get('shell')
  if (!profile) throw new Error('no profile')
  const titles: string[] = []
  let looks = 0
  const reader = new ScreenReader({
    clock,
    profile: () => profile,
    title: () => {
      looks += 1
      return titles.at(-1)
    },
    onSettled: ({ reading: { state, prompt } }, at) =>
      told.push({ at: at - 10_000, state, ...(prompt && { question: prompt.question }) }),
  })
  /** The terminal tells of the change, as it does of all but the first picture. */
  const show = (next: Picture) => reader.pace.changed(() => reader.see(next))
  return { clock, reader, told, show, looks: () => looks }
}

describe('a reader of screens', () => {
  it('reads the first picture when it rests', () => {
    const { clock, reader, told } = reading()
    reader.see(picture('Rem'))
    clock.pass(30)
    reader.see(picture(question))
    expect(told).toEqual([])
    clock.pass(39)
    expect(told).toEqual([])
    clock.pass(1)
    expect(told).toEqual([{ at: 70, state: 'waiting', question: 'Remove it?' }])
    expect(reader.picture?.lines[0]?.text).toBe(question)
  })

  it('reads a first picture that never rests after half a second', () => {
    const { clock, reader, looks } = reading()
    for (let at = 0; at < 500; at += 20) {
      reader.see(picture(`line ${at}`))
      clock.pass(20)
    }
    expect(looks()).toBe(0)
    reader.see(picture('line 500'))
    expect(looks()).toBe(1)
  })

  it('reads ten pictures a second at most, and always the last one', () => {
    const { clock, reader, show, looks } = reading()
    reader.see(picture('begin'))
    clock.pass(1_000)
    const before = looks()
    for (let at = 0; at < 1_000; at += 10) {
      show(picture(`line ${at}\n${'x'.repeat(at / 10)}`))
      clock.pass(10)
    }
    expect(looks() - before).toBeGreaterThanOrEqual(9)
    expect(looks() - before).toBeLessThanOrEqual(11)
    reader.see(picture(question))
    clock.pass(200)
    expect(reader.settled?.reading.prompt?.question).toBe('Remove it?')
  })

  it('believes no prompt that is gone before the screen rests', () => {
    const { clock, show, told } = reading()
    show(picture('$ run'))
    clock.pass(1_000)
    const before = told.length
    show(picture(question))
    clock.pass(20)
    show(picture('done'))
    clock.pass(2_000)
    expect(told.slice(before).filter(({ state }) => state === 'waiting')).toEqual([])
  })

  it('takes no prompt of the moments in which the program redraws for a new size', () => {
    const { clock, show, told } = reading()
    show(picture('Nothing is asked.'))
    clock.pass(1_000)
    const before = told.length
    for (const text of [question, other, question]) {
      show(picture(text, 60))
      clock.pass(80)
    }
    show(picture('Nothing is asked.', 60))
    clock.pass(2_000)
    expect(told.slice(before).filter(({ state }) => state === 'waiting')).toEqual([])
  })

  it('reads what stands after a new size, when the time for the redraw is over', () => {
    const { clock, show, told } = reading()
    show(picture('Nothing is asked.'))
    clock.pass(1_000)
    const before = told.length
    show(picture(question, 60))
    clock.pass(299)
    expect(told).toHaveLength(before)
    clock.pass(1)
    expect(told.at(-1)).toMatchObject({ at: 1_300, state: 'waiting' })
  })

  it('settles again although no new picture comes', () => {
    const { clock, reader } = reading()
    reader.see(picture(question))
    clock.pass(100)
    reader.see(picture('It is gone.'))
    clock.pass(100)
    expect(reader.settled?.reading.state).toBe('waiting')
    expect(reader.settled?.candidate).toBeDefined()
    clock.pass(1_500)
    expect(reader.settled?.reading.prompt).toBeUndefined()
    expect(reader.settled?.candidate).toBeUndefined()
  })

  it('reads the same picture once, and again only when it is asked to', () => {
    const { clock, reader, looks } = reading()
    const same = picture(question)
    reader.see(same)
    clock.pass(1_000)
    const before = looks()
    reader.see(same)
    clock.pass(1_000)
    expect(looks()).toBe(before)
    reader.again()
    expect(looks()).toBe(before + 1)
  })

  it('forgets what it read of the program before', () => {
    const { clock, reader, told } = reading()
    reader.see(picture(question))
    clock.pass(1_000)
    const since = reader.settled?.since
    reader.restart()
    expect(reader.settled?.since).toBe(clock.now())
    expect(reader.settled?.since).not.toBe(since)
    expect(told.at(-1)).toMatchObject({ at: 1_000, state: 'waiting' })
  })

  it('says nothing any more once it is stopped', () => {
    const { clock, reader, told } = reading()
    reader.see(picture(question))
    reader.stop()
    clock.pass(5_000)
    expect(told).toEqual([])
  })
})
