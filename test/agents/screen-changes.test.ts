import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Picture, ScreenChanges } from '../../src/agents/screen-changes.ts'

function picture(first: number, texts: string[], columns = 80): Picture {
  return { first, columns, rows: texts.map((text) => ({ text, wrapped: false })) }
}

const texts = (changes: { text: string }[]) => changes.map((change) => change.text)

describe('what is new on a screen', () => {
  it('is everything at first, then only what was printed', () => {
    const changes = new ScreenChanges()
    expect(texts(changes.update(picture(0, ['one', '', '']), 0))).toEqual(['one'])
    expect(texts(changes.update(picture(0, ['one', 'two', '']), 10))).toEqual(['two'])
    expect(changes.update(picture(0, ['one', 'two', '']), 20)).toEqual([])
  })

  it('is not what scrolls, and twice what is printed twice', () => {
    const changes = new ScreenChanges()
    changes.update(picture(0, ['ERROR: disk', 'a', 'b']), 0)
    expect(texts(changes.update(picture(1, ['a', 'b', 'ERROR: disk']), 10))).toEqual(['ERROR: disk'])
    expect(changes.update(picture(1, ['a', 'b', 'ERROR: disk']), 20)).toEqual([])
  })

  it('is not what a full-screen program moves between its rows', () => {
    const changes = new ScreenChanges()
    changes.update(picture(0, ['title', 'ERROR: disk', 'x']), 0)
    expect(texts(changes.update(picture(0, ['ERROR: disk', 'x', 'ERROR: disk']), 10))).toEqual([
      'ERROR: disk',
    ])
  })

  it('is not what is cleared and painted again at once, but is what comes back later', () => {
    const changes = new ScreenChanges()
    changes.update(picture(0, ['QUESTION: name?']), 0)
    changes.update(picture(0, ['']), 100)
    expect(changes.update(picture(0, ['QUESTION: name?']), 200)).toEqual([])
    changes.update(picture(0, ['']), 300)
    expect(texts(changes.update(picture(0, ['QUESTION: name?']), 5_000))).toEqual(['QUESTION: name?'])
  })

  it('names the line that it has grown from', () => {
    const changes = new ScreenChanges()
    changes.update(picture(0, ['Waiting for reply (3s)', 'PERM']), 0)
    expect(changes.update(picture(0, ['Waiting for reply (4s)', 'PERMISSION: go?']), 10)).toEqual([
      { y: 0, text: 'Waiting for reply (4s)', previous: 'Waiting for reply (3s)' },
      { y: 1, text: 'PERMISSION: go?', previous: 'PERM' },
    ])
  })

  it('joins wrapped rows, and knows the rest of a line whose beginning scrolled off', () => {
    const changes = new ScreenChanges()
    const wrapped = { text: 'a long ', wrapped: true }
    const rest = { text: 'ERROR: here', wrapped: false }
    const rows = [wrapped, rest, { text: '', wrapped: false }]
    expect(texts(changes.update({ first: 0, columns: 7, rows }, 0))).toEqual(['a long ERROR: here'])
    const scrolled = [rest, { text: 'more', wrapped: false }, { text: '', wrapped: false }]
    expect(texts(changes.update({ first: 1, columns: 7, rows: scrolled }, 10))).toEqual(['more'])
  })

  it('is not what another width wraps and numbers anew', () => {
    const changes = new ScreenChanges()
    changes.update(picture(40, ['alpha', 'ERROR: disk is full', 'tail']), 0)
    const wider = picture(20, ['from the history', 'alpha', 'ERROR: disk is full', 'tail', 'fresh'], 120)
    expect(texts(changes.update(wider, 10))).toEqual(['fresh'])
    const redrawn = picture(20, ['x', '│ ERROR: disk is full │', 'tail'], 60)
    changes.update(picture(20, ['│ ERROR: disk is full and so on │'], 60), 20)
    expect(texts(changes.update(redrawn, 30))).not.toContain('│ ERROR: disk is full │')
  })

  it('finds every printed line exactly once, however the output is cut into pictures', () => {
    const output = fc.array(fc.constantFrom('ERROR: a', 'ERROR: b', 'work', 'more'), { maxLength: 40 })
    fc.assert(
      fc.property(output, fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 40 }), (lines, steps) => {
        const changes = new ScreenChanges()
        const found: string[] = []
        let printed = 0
        const show = () => {
          const height = 5
          const screenFirst = Math.max(0, printed - height)
          // Lines that scrolled by between two pictures are read from the history by the caller.
          const first = Math.min(screenFirst, changes.resumeAt ?? 0)
          const rows: string[] = lines.slice(first, printed)
          while (rows.length < height) rows.push('')
          found.push(...texts(changes.update(picture(first, rows), printed)))
        }
        show()
        for (const step of [...steps, ...lines.map(() => 1)]) {
          printed = Math.min(lines.length, printed + step)
          show()
        }
        expect(found).toEqual(lines)
      }),
    )
  })
})
