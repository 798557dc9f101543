/** What kind of trouble a message of an error is about. */
import { plainText } from '../../lib/plain-text.ts'
import type { Trouble } from './report.ts'

/** Longest text of an error, in characters. */
const longestText = 1_000

/** The first that fits; as the APIs and the agents word it. */
const kinds: readonly [Trouble['kind'], RegExp][] = [
  [
    'limit',
    /\b429\b|rate.?limit|usage limit|hit your (?:\w+ )?limit|quota|RESOURCE_EXHAUSTED|insufficient credit/iu,
  ],
  [
    'login',
    /\b401\b|unauthori[sz]ed|authenticat|invalid.{0,10}api key|api key not valid|log ?in\b|token.{0,20}expired|\/login\b/iu,
  ],
  ['context', /prompt (?:is |as )?too long|context (?:window|length)|context_length|too many tokens/iu],
  ['budget', /budget|max(?:imum)?.{0,10}turns/iu],
  ['api', /\bAPI\b|\b5\d\d\b|overloaded|connect|network|timed? ?out|stream/iu],
]

const titles: Record<Trouble['kind'], string> = {
  limit: 'the usage limit is reached',
  login: 'it is not logged in',
  api: 'the API gave an error',
  context: 'the context is full',
  budget: 'it has used up what it was allowed to',
  interrupted: 'it was interrupted',
  other: 'it reports an error',
}

/** @param kind where the agent says it; else it is read from the text */
export function troubleOf(text: string, kind?: Trouble['kind']): Trouble {
  const said = plainText(
    innermost(text)
      .slice(0, 4 * longestText)
      .replace(/\s+/gu, ' '),
    longestText,
  ).trim()
  const found =
    kind ?? kinds.find(([, pattern]) => pattern.test(text.slice(0, 4 * longestText)))?.[0] ?? 'other'
  return { kind: found, text: said === '' ? titles[found] : `${titles[found]}: ${said}` }
}

/** What a status of HTTP means. */
export function kindOfStatus(status: number | undefined): Trouble['kind'] | undefined {
  if (status === undefined) return undefined
  if (status === 429) return 'limit'
  if (status === 401 || status === 403) return 'login'
  // What else is wrong with a request, such as its length, stands in the text.
  return status >= 500 ? 'api' : undefined
}

/** What an API said stands as it came, in JSON: the message in it is for people. */
function innermost(text: string): string {
  const found = /"message":\s*"((?:[^"\\]|\\.){1,1000})"/u.exec(text)?.[1]
  if (found === undefined) return text
  try {
    const message: unknown = JSON.parse(`"${found}"`)
    return typeof message === 'string' ? message : text
  } catch {
    return text
  }
}
