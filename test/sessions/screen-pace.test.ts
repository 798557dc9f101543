import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ScreenPace } from '../../src/sessions/screen-pace.ts'
import { FakeClock } from '../support/fake-clock.ts'

function paced({ working = true, calm = true } = {}) {
  const clock = new FakeClock()
  const looks: { at: number; still: boolean }[] = []
  const pace = new ScreenPace(clock, () => working)
  const look = () => {
    looks.push({ at: clock.now(), still: pace.still })
    pace.found(calm)
  }
  const spin = (times: number, every = 100) => {
    for (let turn = 0; turn < times; turn += 1) {
      pace.changed(look)
      clock.pass(every)
    }
  }
  return { clock, pace, looks, look, spin }
}

describe('the pace of looks at a screen', () => {
  it('looks at each change of a program that is not an agent at work, at once', () => {
    const { looks, spin } = paced({ working: false })
    spin(20, 10)
    expect(looks.map(({ at }) => at)).toEqual(Array.from({ length: 20 }, (_, turn) => turn * 10))
  })

  it('looks at once at a change after silence', () => {
    const { clock, pace, looks, look } = paced()
    for (const at of [0, 500, 700]) {
      clock.pass(at - clock.now())
      pace.changed(look)
    }
    expect(looks.map(({ at }) => at)).toEqual([0, 500, 700])
  })

  it('looks once a second at most while nothing but a spinner turns', () => {
    const { looks, spin } = paced()
    spin(100)
    expect(looks.length).toBeLessThan(14)
  })

  it('looks four times a second while an agent prints', () => {
    const { looks, spin } = paced({ calm: false })
    spin(500, 20)
    expect(looks.length).toBeGreaterThan(35)
    expect(looks.length).toBeLessThan(41)
  })

  it('looks when the spinner stops, and knows that this is what stays', () => {
    const { clock, pace, looks, look, spin } = paced()
    spin(33)
    pace.changed(look)
    const dialogAt = clock.now()
    const before = looks.length
    clock.pass(5_000)
    const after = looks.slice(before)
    expect(after).toHaveLength(1)
    expect(after[0]?.still).toBe(true)
    expect((after[0]?.at ?? 0) - dialogAt).toBeLessThan(120)
  })

  it('takes a look that waits at once when something else is heard, and only one that waits', () => {
    const { pace, looks, spin, look } = paced()
    spin(12)
    pace.changed(look)
    const before = looks.length
    pace.hurry()
    pace.hurry()
    expect(looks).toHaveLength(before + 1)
  })

  it('takes no look after its end', () => {
    const { clock, pace, looks, spin } = paced()
    spin(12)
    pace.stop()
    const before = looks.length
    clock.pass(1_000)
    expect(looks).toHaveLength(before)
  })

  it('sees the last change within 115 ms, and each within 1.2 s, whatever the rhythm', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(300), fc.boolean()), { minLength: 1 }), (changes) => {
        const { clock, pace, looks, look } = paced()
        const told: number[] = []
        for (const [gap, calm] of changes) {
          clock.pass(gap)
          told.push(clock.now())
          pace.changed(look)
          pace.found(calm)
        }
        clock.pass(115)
        expect(looks.at(-1)?.at).toBeGreaterThanOrEqual(told.at(-1) ?? 0)
        for (const at of told) {
          const seen = looks.find((each) => each.at >= at)
          expect((seen?.at ?? Number.POSITIVE_INFINITY) - at).toBeLessThanOrEqual(1_200)
        }
      }),
    )
  })
})
