import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { run } from './cli.ts'

interface Step {
  step: string
  home?: string
  confirmed?: boolean
  noticedMs?: number | number[]
}

describe('the demo', () => {
  it('tells the whole story, measures it, and leaves nothing behind', async () => {
    const { code, stdout, stderr } = await run(['demo', '--json'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const steps: Step[] = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(steps.filter((step) => step.confirmed)).toHaveLength(2)
    expect(steps.filter((step) => step.step.includes('is blocked'))).toHaveLength(2)
    expect(steps.filter((step) => step.step.includes('has finished'))).toHaveLength(3)
    const times = steps.find((step) => Array.isArray(step.noticedMs))?.noticedMs
    expect(times).toEqual([expect.any(Number), expect.any(Number)])
    expect(existsSync(steps[0]?.home ?? '/')).toBe(false)
  })
})
