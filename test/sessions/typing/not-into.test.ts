import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { launchStandIn } from '../../support/stand-in-session.ts'
import { useService } from '../../support/use-service.ts'

const world = useService()
const { client } = world
const paste = (text: string) => `\u001b[200~${text}\u001b[201~`
const box = (name: string, options: object) => launchStandIn(world, name, 'box', options)

describe('a draft of somebody', () => {
  it('is left alone, and nothing is typed', async () => {
    const agent = await box('draft', { draft: 'please do not' })
    await agent.shows('please do not')
    await expect(client().inject('draft', { text: 'go on', waitMs: 0 })).rejects.toMatchObject({
      code: 'draft-in-box',
      details: { typed: false, draft: 'please do not' },
    })
    expect(agent.bytes()).toBe('')
  })

  it('makes the text wait, which is told, until it is gone', async () => {
    const sent = join(process.env['HOME'] ?? '', 'sent')
    const agent = await box('drafting', { draft: 'hmm', draftUntil: sent })
    const events = world.watch()
    await agent.shows('hmm')
    const injected = client().inject('drafting', { text: 'go on', waitMs: 60_000 })
    await events.until((event) => event.type === 'typing-waits' && event.reason.includes('draft'))
    expect(agent.bytes()).toBe('')
    writeFileSync(sent, '')
    await injected
    expect(agent.log().flatMap(({ submitted }) => submitted ?? [])).toEqual(['go on'])
  })

  it('is sent with the text when that is asked for', async () => {
    const agent = await box('forced', { draft: 'note: ' })
    await agent.shows('note:')
    await client().inject('forced', { text: 'go on', force: true })
    expect(agent.log().flatMap(({ submitted }) => submitted ?? [])).toEqual(['note: go on'])
  })

  it('is not what a dim suggestion is', async () => {
    const agent = await box('ghost', { ghost: 'delete everything' })
    await agent.shows('delete everything')
    await client().inject('ghost', { text: 'go on' })
    expect(agent.log().flatMap(({ submitted }) => submitted ?? [])).toEqual(['go on'])
  })
})

describe('a dialog in front', () => {
  it('never gets text and Enter, not even with force', async () => {
    const agent = await launchStandIn(world, 'dialog', 'dialogs', {
      dialogs: [{ question: 'Do you want to proceed?', options: ['Yes', 'No'] }],
    })
    await agent.shows('Do you want to proceed?')
    for (const force of [false, true]) {
      await expect(client().inject('dialog', { text: 'no, stop', force })).rejects.toMatchObject({
        code: 'not-accepting-input',
        details: { prompt: { question: 'Do you want to proceed?' } },
      })
    }
    expect(agent.log()).toEqual([])
  })

  it('that comes up while the text is on its way gets no Enter', async () => {
    const agent = await box('surprise', { dialogOnInput: true })
    await agent.shows('for shortcuts')
    await expect(client().inject('surprise', { text: 'no, stop' })).rejects.toMatchObject({
      code: 'not-accepting-input',
      details: { typed: true },
    })
    expect(agent.bytes()).toBe(paste('no, stop'))
  })
})

describe('a shell that an agent left behind', () => {
  it('gets nothing', async () => {
    const command = ['/bin/sh', '-c', 'echo the agent is gone; exec /bin/sh -i']
    const { work } = world.service
    const env = { PATH: process.env['PATH'] ?? '', PS1: '$ ' }
    await client().launch({ task: 'left', name: 'left', agent: 'copilot', command, cwd: work, env })
    await expect(client().inject('left', { text: 'touch proof', force: true })).rejects.toMatchObject({
      code: 'wrong-program',
      details: { typed: false },
    })
    expect(existsSync(join(work, 'proof'))).toBe(false)
  })
})
