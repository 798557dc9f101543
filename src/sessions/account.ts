/** With what an agent is logged in: sessions of one account reach its limit together. */
import { createHash } from 'node:crypto'
import { homedir } from 'node:os'
import { resolve } from 'node:path'
import { z } from 'zod'
import type { AgentProfile } from '../agents/profile-schema.ts'

export const Account = z.object({
  /** `claude-3f9a1c0b2d4e`: the agent, and a hash of everything that makes the account. */
  id: z.string(),
  /** For people; without secrets. */
  title: z.string(),
})
export type Account = z.infer<typeof Account>

/** Hexadecimal digits that tell any number of accounts on one machine apart. */
const idDigits = 12
/** Too few to guess a key by, enough to tell two keys apart. */
const keyDigits = 6

/**
 * The account of a program that is started with these variables; undefined for an agent whose profile has none.
 * Of keys and tokens there is only a hash in it.
 */
export function accountOf(
  { name, account }: Pick<AgentProfile, 'name' | 'account'>,
  env: Readonly<Record<string, string>>,
): Account | undefined {
  if (account === undefined) return undefined
  const set = (variable: string) => env[variable] || undefined
  const own = account.home.find(set)
  const home = resolve(set(own ?? 'HOME') ?? homedir())
  const keys = account.keys.filter(set).map((variable) => ({ variable, hash: hashOf(set(variable) ?? '') }))
  const places = account.endpoints
    .filter(set)
    .map((variable) => ({ variable, value: withoutSecrets(set(variable) ?? '') }))
  const parts = [
    name,
    own === undefined ? home : `${own}=${home}`,
    ...keys.map(({ variable, hash }) => `${variable} #${hash.slice(0, keyDigits)}`),
    ...places.map(({ variable, value }) => `${variable}=${value}`),
  ]
  const whole = JSON.stringify([name, own ?? 'HOME', home, keys, places])
  return { id: `${name}-${hashOf(whole).slice(0, idDigits)}`, title: parts.join(' · ') }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** A URL may carry a password, and tokens in its query. */
function withoutSecrets(value: string): string {
  if (!URL.canParse(value)) return value
  const url = new URL(value)
  return `${url.protocol}//${url.host}${url.pathname}`
}
