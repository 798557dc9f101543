/** What a permissive policy must not approve, and what it must. */
import { describe, expect, it } from 'vitest'
import { command, decide, everything, permissive, questionOf, readCases } from './support.ts'

const hostile = readCases('hostile.yaml')
const benign = readCases('benign.yaml')
const commands = hostile.commands.map((each) => (typeof each === 'string' ? { command: each } : each))

describe('a hostile command', () => {
  it('stands in a table of at least two hundred', () => {
    expect(commands.length + hostile.tools.length).toBeGreaterThan(200)
  })

  it.each(commands)('is not approved: $command', ({ command: text = '' }) => {
    expect(decide(command(text), permissive)).toMatchObject({ action: 'hold', rules: [] })
  })

  it.each(commands.filter(({ refused }) => refused))(
    'is refused ($refused) even where everything is approved: $command',
    (each) => {
      const decision = decide(command(each.command ?? ''), everything)
      expect(decision.action).toBe('hold')
      expect(decision.refusals.map(({ id }) => id)).toContain(each.refused)
    },
  )
})

describe('a hostile use of another tool', () => {
  it.each(hostile.tools)('is not approved: %j', (each) => {
    expect(decide(questionOf(each), permissive).action).toBe('hold')
  })
})

describe('a benign command', () => {
  it.each(benign.commands.map((each) => ({ text: String(each) })))('is approved: $text', ({ text }) => {
    const { action, reason, trace } = decide(command(text), permissive)
    expect({ action, ...(action === 'approve' ? {} : { reason, trace }) }).toEqual({ action: 'approve' })
  })

  it.each(benign.tools)('is approved: %j', (each) => {
    const { action, reason } = decide(questionOf(each), permissive)
    expect({ action, ...(action === 'approve' ? {} : { reason }) }).toEqual({ action: 'approve' })
  })
})
