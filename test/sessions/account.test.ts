import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { accountOf } from '../../src/sessions/account.ts'

const profile = {
  name: 'claude',
  account: {
    home: ['CLAUDE_CONFIG_DIR'],
    keys: ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN'],
    endpoints: ['ANTHROPIC_BASE_URL'],
  },
}
const idOf = (env: Record<string, string>) => accountOf(profile, env)?.id
const usual = { HOME: '/home/ann' }

describe('the account of an agent', () => {
  it('is none where the profile says nothing of it', () => {
    expect(accountOf({ name: 'shell', account: undefined }, usual)).toBeUndefined()
  })

  it('is one for all sessions with the same home, whatever else is set', () => {
    expect(idOf({ ...usual, TERM: 'xterm', PWD: '/tmp' })).toBe(idOf(usual))
    expect(idOf({ HOME: '/home/ann/' })).toBe(idOf(usual))
    // An empty variable is as good as none.
    expect(idOf({ ...usual, CLAUDE_CONFIG_DIR: '', ANTHROPIC_API_KEY: '' })).toBe(idOf(usual))
  })

  it('is another with another home, key, endpoint or agent', () => {
    const all = [
      idOf(usual),
      idOf({ HOME: '/home/bob' }),
      idOf({ ...usual, CLAUDE_CONFIG_DIR: '/home/ann/work' }),
      // The same directory named by the agent's own variable holds other files.
      idOf({ ...usual, CLAUDE_CONFIG_DIR: '/home/ann' }),
      idOf({ ...usual, ANTHROPIC_API_KEY: 'sk-one' }),
      idOf({ ...usual, ANTHROPIC_API_KEY: 'sk-two' }),
      idOf({ ...usual, ANTHROPIC_AUTH_TOKEN: 'sk-one' }),
      idOf({ ...usual, ANTHROPIC_BASE_URL: 'https://gateway.example' }),
      accountOf({ ...profile, name: 'codex' }, usual)?.id,
    ]
    expect(new Set(all).size).toBe(all.length)
    expect(all.every((id) => /^(claude|codex)-[0-9a-f]{12}$/.test(id ?? ''))).toBe(true)
  })

  it('carries no key, and no secret of an endpoint', () => {
    const secret = fc.stringMatching(/^[A-Za-z0-9_-]{8,60}$/)
    fc.assert(
      fc.property(secret, secret, secret, (key, password, token) => {
        const account = accountOf(profile, {
          ...usual,
          ANTHROPIC_API_KEY: key,
          ANTHROPIC_BASE_URL: `https://ann:${password}@gateway.example/v1?token=${token}`,
        })
        const told = JSON.stringify(account)
        for (const one of [key, password, token]) expect(told).not.toContain(one)
        expect(account?.title).toContain('ANTHROPIC_BASE_URL=https://gateway.example/v1')
      }),
    )
  })
})
