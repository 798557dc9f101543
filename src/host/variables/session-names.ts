/** Names and titles: what programs, profiles and scripts say, and which of it counts. */
import { errorMessage } from '../../lib/errors.ts'
import type { Profile } from '../profiles/profile-keys.ts'
import { renderTemplate, textOf } from '../scripting/evaluate-expression.ts'
import type { Expression } from '../scripting/expression.ts'
import { parseTemplate } from '../scripting/parse-expression.ts'
import type { VariableValue } from '../session-types.ts'

/** Bits of the profile key `Title Components`. */
export const TitleComponent = {
  sessionName: 1,
  job: 2,
  workingDirectory: 4,
  tty: 8,
  custom: 16,
  profileName: 32,
  profileAndSessionName: 64,
  user: 128,
  host: 256,
  commandLine: 512,
  size: 1024,
} as const

type Lookup = (path: string) => VariableValue | undefined

/** The title of a session, put together as its profile says. Never empty. */
export function composeTitle(profile: Profile, customTitle: string | undefined, lookup: Lookup): string {
  const components = Number(profile['Title Components'] ?? TitleComponent.sessionName)
  const has = (component: number) => (components & component) !== 0
  const read = (name: string) => textOf(lookup(name) ?? null)
  const name = read('name')
  if (has(TitleComponent.custom) && customTitle !== undefined) return customTitle
  const profileName = textOf(profile['Name'] ?? null)
  const both = profileName === name ? name : `${profileName}: ${name}`
  const user = has(TitleComponent.user) ? read('username') : ''
  const host = has(TitleComponent.host) ? read('hostname') : ''
  const parts = [
    has(TitleComponent.profileAndSessionName) && both,
    has(TitleComponent.sessionName) && name,
    has(TitleComponent.profileName) && profileName,
    has(TitleComponent.job) && read('jobName'),
    has(TitleComponent.commandLine) && read('commandLine'),
    [user, host].filter(Boolean).join('@'),
    has(TitleComponent.workingDirectory) && read('path'),
    has(TitleComponent.tty) && read('tty'),
    has(TitleComponent.size) && `${read('columns')}✕${read('rows')}`,
  ]
  return parts.filter(Boolean).join(' — ') || name
}

/** A text with `\(…)` in it, evaluated; what cannot be evaluated is shown as the reason why. */
export function interpolate(text: string, lookup: Lookup): string {
  if (!text.includes('\\(')) return text
  try {
    return renderTemplate(parseCached(text), lookup)
  } catch (error) {
    return `(${errorMessage(error)})`
  }
}

/** Titles and badges are rendered at every change, always the same few. */
const parsed = new Map<string, Array<string | Expression>>()
const maxParsed = 200

function parseCached(text: string): Array<string | Expression> {
  const known = parsed.get(text)
  if (known) return known
  const parts = parseTemplate(text)
  if (parsed.size >= maxParsed) parsed.clear()
  parsed.set(text, parts)
  return parts
}
