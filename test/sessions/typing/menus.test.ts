import { describe, expect, it } from 'vitest'
import { launchStandIn } from '../../support/stand-in-session.ts'
import { useService } from '../../support/use-service.ts'

const world = useService()
const { client } = world
const dialogs = (name: string, all: object[], options: object = {}) =>
  launchStandIn(world, name, 'dialogs', { dialogs: all, ...options })
const proceed = { question: 'Do you want to proceed?', options: ['Yes', 'Yes, and always allow', 'No'] }
const chosen = (agent: Awaited<ReturnType<typeof dialogs>>) =>
  agent.log().flatMap(({ chose, ticked }) => chose ?? ticked ?? [])

describe('a menu', () => {
  it('without numbers, whose default is No, is walked and only then gets Enter', async () => {
    const options = ['No, exit', 'Yes, I trust this folder']
    const agent = await dialogs('bare', [{ ...proceed, numbered: false, options }])
    await agent.shows('trust this folder')
    await client().answer('bare', { choice: 'approve' })
    expect(agent.bytes()).toBe('\u001b[B\r')
    expect(chosen(agent)).toEqual(['Yes, I trust this folder'])
  })

  it('that ignores digits is walked as well', async () => {
    const agent = await dialogs('digits', [{ ...proceed, digits: false }])
    await agent.shows('proceed')
    await client().answer('digits', { choice: 'deny' })
    expect(agent.bytes()).toBe('3\u001b[B\u001b[B\r')
    expect(chosen(agent)).toEqual(['No'])
  })

  it('that swaps under the first arrow gets no Enter', async () => {
    const options = ['No, exit', 'Yes, I trust this folder']
    const agent = await dialogs('slippery', [
      { ...proceed, numbered: false, options, swapOnArrow: true },
      { ...proceed, subject: 'rm -rf /' },
    ])
    await agent.shows('trust this folder')
    await expect(client().answer('slippery', { choice: 'approve' })).rejects.toMatchObject({
      code: 'prompt-changed',
    })
    expect(agent.bytes()).toBe('\u001b[B')
    expect(chosen(agent)).toEqual([])
  })

  it('of several boxes gets exactly the wanted ticks, and is handed in', async () => {
    const agent = await dialogs('ticks', [
      { question: 'Which checks?', options: ['lint', 'types', 'tests'], ticks: true },
    ])
    await agent.shows('Which checks')
    await client().answer('ticks', { options: [1, 3] })
    expect(agent.bytes()).toBe('13\u001b[C')
    expect(chosen(agent)).toEqual(['lint', 'tests'])
  })
})

describe('keys', () => {
  it('stop when another prompt comes up between them', async () => {
    const agent = await dialogs('keys', [proceed, { ...proceed, subject: 'rm -rf src' }])
    await agent.shows('rm -rf build')
    await expect(client().inject('keys', { keys: ['3', 'enter'] })).rejects.toMatchObject({
      code: 'prompt-changed',
    })
    expect(agent.bytes()).toBe('3')
  })
})
