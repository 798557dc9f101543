import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BoundedQueue } from '../../src/iterm2/bounded-queue.ts'

describe('a bounded queue', () => {
  it('keeps the newest items, in order, and counts what it dropped', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 20 }), fc.array(fc.integer()), async (limit, items) => {
        const queue = new BoundedQueue<number>(limit)
        for (const item of items) queue.push(item)
        queue.end()
        const read: number[] = []
        for await (const item of queue) read.push(item)
        expect(read).toEqual(items.slice(-limit))
        expect(queue.dropped).toBe(Math.max(0, items.length - limit))
      }),
    )
  })

  it('hands items to waiting readers in the order they asked', async () => {
    const queue = new BoundedQueue<string>(1)
    const first = queue.next()
    const second = queue.next()
    queue.push('a')
    queue.push('b')
    expect(await first).toEqual({ value: 'a', done: false })
    expect(await second).toEqual({ value: 'b', done: false })
    expect(queue.dropped).toBe(0)
  })

  it('wakes its readers at the end', async () => {
    const queue = new BoundedQueue<string>(1)
    const reading = queue.next()
    queue.end()
    expect(await reading).toEqual({ value: undefined, done: true })
    queue.push('late')
    expect(await queue.next()).toEqual({ value: undefined, done: true })
  })

  it('gives what it holds before it fails, and fails once', async () => {
    const queue = new BoundedQueue<string>(2)
    queue.push('a')
    queue.end({ error: new Error('lost') })
    expect(await queue.next()).toEqual({ value: 'a', done: false })
    await expect(queue.next()).rejects.toThrow('lost')
    expect(await queue.next()).toEqual({ value: undefined, done: true })
  })

  it('forgets what is in it when the loop is left', async () => {
    const queue = new BoundedQueue<number>(5)
    queue.push(1)
    queue.push(2)
    for await (const item of queue) {
      expect(item).toBe(1)
      break
    }
    expect(await queue.next()).toEqual({ value: undefined, done: true })
  })

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses the limit %d', (limit) => {
    expect(() => new BoundedQueue(limit)).toThrow(RangeError)
  })
})
