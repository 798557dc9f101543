import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { launchStandIn } from '../../support/stand-in-session.ts'
import { useService } from '../../support/use-service.ts'

const world = useService()
const { client } = world
const paste = (text: string) => `\u001b[200~${text}\u001b[201~`
const box = (name: string, options: object) => launchStandIn(world, name, 'box', options)

describe('a submitted text', () => {
  it.each([25, 120])('arrives where Enter within %i ms after a burst is a newline', async (burstMs) => {
    const agent = await box(`burst-${burstMs}`, { burstMs })
    await agent.shows('for shortcuts')
    const answer = await client().inject(agent.name, { text: 'fix the tests' })
    expect(answer.evidence).toContain('the input box emptied')
    expect(agent.bytes()).toBe(`${paste('fix the tests')}\r`)
    expect(agent.log().flatMap(({ submitted }) => submitted ?? [])).toEqual(['fix the tests'])
  })

  it('is confirmed by a second Enter when the first was swallowed, and submitted once', async () => {
    const agent = await box('swallow', { swallow: 1 })
    await agent.shows('for shortcuts')
    await client().inject('swallow', { text: 'go on' })
    expect(agent.bytes()).toBe(`${paste('go on')}\r\r`)
    expect(agent.log().flatMap(({ submitted }) => submitted ?? [])).toEqual(['go on'])
  })

  it('fails when three Enters were swallowed, and says that the text is still there', async () => {
    const agent = await box('deaf', { swallow: 99 })
    await agent.shows('for shortcuts')
    await expect(client().inject('deaf', { text: 'go on' })).rejects.toMatchObject({
      code: 'submit-unconfirmed',
      message: expect.stringContaining('still in the input box'),
      details: { typed: true, screen: expect.arrayContaining(['❯ go on']) },
    })
    expect(agent.bytes()).toBe(`${paste('go on')}\r\r\r`)
  })

  it('is whole in a program that reads 1,022 bytes at a time', async () => {
    const agent = await box('slow', { readBytes: 1_022 })
    await agent.shows('for shortcuts')
    const text = Array.from({ length: 120 }, (_, line) => `line ${line}: é漢🙂 and more`).join('\n')
    await client().inject('slow', { text })
    expect(agent.log().flatMap(({ submitted }) => submitted ?? [])).toEqual([text])
  })

  it('goes into a file that the prompt names when it is longer than the profile allows', async () => {
    const agent = await box('long', {})
    await agent.shows('for shortcuts')
    const text = 'word '.repeat(3_000)
    await client().inject('long', { text })
    const [submitted = ''] = agent.log().flatMap((entry) => entry.submitted ?? [])
    const path = /^Read (\/\S+\.md) and do what it says\.$/u.exec(submitted)?.[1] ?? ''
    expect(readFileSync(path, 'utf8')).toBe(text)
  })

  it('is given while the agent works, which queues it', async () => {
    const agent = await box('busy', { busy: true })
    await agent.shows('esc to interrupt')
    await client().inject('busy', { text: 'and then the docs' })
    expect(agent.log().flatMap(({ submitted }) => submitted ?? [])).toEqual(['and then the docs'])
  })

  it('waits for the agent to rest when asked to, and gives up in time', async () => {
    const agent = await box('restless', { busy: true })
    await agent.shows('esc to interrupt')
    const waiting = client().inject('restless', { text: 'later', when: 'idle', waitMs: 600 })
    await expect(waiting).rejects.toMatchObject({ code: 'busy' })
    expect(agent.bytes()).toBe('')
  })

  it('cannot press keys by what it holds', async () => {
    const agent = await box('escapes', {})
    await agent.shows('for shortcuts')
    const text = 'hello\u001b[201~\r\u001b[200~'
    await expect(client().inject('escapes', { text })).rejects.toMatchObject({ code: 'usage' })
    expect(agent.bytes()).toBe('')
  })
})
