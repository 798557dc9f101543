import { describe, expect, it } from 'vitest'
import { launchStandIn } from '../../support/stand-in-session.ts'
import { useService } from '../../support/use-service.ts'

const world = useService()
const { client } = world
const dialogs = (name: string, all: object[], options: object = {}) =>
  launchStandIn(world, name, 'dialogs', { dialogs: all, ...options })
const proceed = { question: 'Do you want to proceed?', options: ['Yes', 'Yes, and always allow', 'No'] }
const chosen = (agent: Awaited<ReturnType<typeof dialogs>>) => agent.log().flatMap(({ chose }) => chose ?? [])

describe('an answer', () => {
  it('is one key without Enter, so that the next dialog stays unanswered', async () => {
    const agent = await dialogs('two', [proceed, { ...proceed, subject: 'rm -rf src' }])
    await agent.shows('rm -rf build')
    const answer = await client().answer('two', { choice: 'approve' })
    expect(answer).toMatchObject({ chosen: 'Yes', already: false })
    expect(answer.evidence).toContain('gave way to another one')
    expect(agent.bytes()).toBe('1')
    await agent.shows('rm -rf src')
    expect(chosen(agent)).toEqual(['Yes'])
  })

  it('finds the option by its label or its meaning, wherever it stands', async () => {
    const options = ['Yes', 'Yes, and switch to auto mode', 'Yes, and always allow', 'No']
    const agent = await dialogs('labels', [
      { ...proceed, options },
      { ...proceed, options, subject: 'make' },
    ])
    await agent.shows('rm -rf build')
    await client().answer('labels', { choice: 'deny' })
    await agent.shows('make')
    await client().answer('labels', { choice: 'yes, and always allow' })
    expect(agent.bytes()).toBe('43')
  })

  it('never means "always" unless it is named', async () => {
    const agent = await dialogs('always', [{ ...proceed, options: ['Yes, and always allow', 'No'] }])
    await agent.shows('proceed')
    await expect(client().answer('always', { choice: 'approve' })).rejects.toMatchObject({
      code: 'option-unknown',
      hint: 'It offers: 1. Yes, and always allow, 2. No',
    })
    expect(agent.bytes()).toBe('')
  })

  it('waits until a fresh dialog takes keys', async () => {
    const agent = await dialogs('fresh', [{ ...proceed, deafMs: 150 }], { afterMs: 1_500 })
    await agent.shows('proceed')
    await client().answer('fresh', { choice: 'approve' })
    expect(agent.bytes()).toBe('1')
  })

  it('is not typed when another prompt is on the screen', async () => {
    const agent = await dialogs('swap', [
      { ...proceed, swapMs: 2_500 },
      { ...proceed, subject: 'rm -rf /' },
    ])
    await agent.shows('rm -rf build')
    const first = await fingerprintOf('swap')
    await agent.shows('rm -rf /')
    await expect(client().answer('swap', { choice: 'approve', fingerprint: first })).rejects.toMatchObject({
      code: 'prompt-changed',
      details: { pressed: false, prompt: { subject: 'rm -rf /' } },
    })
    expect(agent.bytes()).toBe('')
  })

  it('that was taken does no harm when it is repeated', async () => {
    const agent = await dialogs('again', [proceed, { ...proceed, subject: 'rm -rf src' }])
    await agent.shows('rm -rf build')
    const { fingerprint } = await client().answer('again', { choice: 'approve' })
    await agent.shows('rm -rf src')
    const again = await client().answer('again', { choice: 'approve', fingerprint })
    expect(again).toMatchObject({ already: true, chosen: 'Yes' })
    expect(agent.bytes()).toBe('1')
  })

  it('says that there is nothing to answer', async () => {
    const agent = await launchStandIn(world, 'nothing', 'box', {})
    await agent.shows('for shortcuts')
    await expect(client().answer('nothing', { choice: 'approve' })).rejects.toMatchObject({
      code: 'no-prompt',
    })
    expect(agent.bytes()).toBe('')
  })
})

/** As somebody reads it who answers later: from a refusal that names the prompt. */
async function fingerprintOf(name: string): Promise<string> {
  try {
    await client().answer(name, { options: [9] })
  } catch (error) {
    const details = error instanceof Error && 'details' in error ? JSON.stringify(error.details) : ''
    return /"fingerprint":"([0-9a-f]+)"/u.exec(details)?.[1] ?? ''
  }
  throw new Error('there is an option 9')
}
