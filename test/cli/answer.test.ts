import { afterAll, describe, expect, it } from 'vitest'
import { json, run, stopAll, untilScreen } from './cli.ts'

afterAll(stopAll)

describe('answer', () => {
  it('answers a question of a program, and says what was chosen', async () => {
    const script = 'printf "Delete it? [y/n] "; read a; echo "got <$a>"; exec sleep 60'
    await json('launch', 'asks', '--', 'sh', '-c', script)
    await untilScreen('asks', '[y/n]')
    const wrong = await run(['answer', 'asks', 'approve', '--fingerprint', '0123', '--json'])
    expect(wrong.code).toBe(1)
    const { error } = JSON.parse(wrong.stderr)
    expect(error).toMatchObject({ code: 'prompt-changed', details: { prompt: { kind: 'confirmation' } } })
    expect(await run(['answer', 'asks'])).toMatchObject({ code: 2, stdout: '' })
    const right = await run(['answer', 'asks', 'approve', '--fingerprint', error.details.prompt.fingerprint])
    expect(right).toMatchObject({ code: 0, stdout: expect.stringMatching(/^confirmed: /) })
    expect(await untilScreen('asks', 'got <')).toContain('got <y>')
    expect((await run(['answer', 'asks', 'approve'])).stderr).toContain('no prompt on the screen')
    await run(['close', 'asks'])
  })

  it('refuses what is neither a session nor an escalation', async () => {
    const { code, stderr } = await run(['answer', 'nobody', 'yes'])
    expect(code).toBe(3)
    expect(stderr).toContain('Nor is there such an escalation.')
  })

  it.each([
    [['answer', 'x', 'yes', '--secret']],
    [['answer', 'x', 'yes', '--text', 'no']],
    [['answer', 'x', '--option', 'one']],
  ])('refuses %j', async (command) => {
    expect((await run(command)).code).toBe(2)
  })
})
