/** Values with a name that says what they are: `API_KEY=x`, `"password": "x"`, `clientSecret: x`. */
import { isGiven, looksRandom, unquoted } from './given-values.ts'
import type { Span } from './span.ts'

/** Names whose values are secrets, whatever they look like. */
const strong =
  'password|passwd|passphrase|passcode|pwd|secret|token|credential|_auth|(?:api|access|private|preshared|signing|' +
  'encryption|master|account|auth|license|service|deploy|storage|sharedaccess)[-_. ]?key'

/** Names whose values are secrets when they look random. */
const words = 'auth|signature|jwt|bearer|seed|salt|otp|pin|cookie|sid|csrf'
const weak = `[A-Za-z0-9]{1,40}[-_](?:key|KEY|Key)|[a-z]{1,40}Key|${words}|${words.toUpperCase()}`

/** How a value is given to a name, with the quotes of the name. */
const assignment = String.raw`["'\\\]]{0,4}[ \t]{0,4}(?::=|=>|=(?!=)|:(?![:/]))[ \t]{0,4}`

/** Quoted, also with the quotes escaped as in JSON inside of JSON; or up to what ends an unquoted value. */
const value = [
  String.raw`\\"[^"\\\n]{1,4000}\\"`,
  String.raw`"(?:[^"\\\n]|\\.){1,4000}"`,
  String.raw`'(?:[^'\\\n]|\\.){1,4000}'`,
  '`[^`\\n]{1,4000}`',
  String.raw`(?:[^\s"'\u0060}\]),;&<>]|[}\]),;&](?![\s}\]),;]|$|[\w .-]{1,40}[=:])){1,4000}`,
].join('|')

/** A name may go on: `TOKEN_PROD`, `password2`, `secretKeyBase`. */
const strongValue = new RegExp(
  `(?<before>(?:${strong})(?<rest>[A-Za-z0-9_-]{0,40})(?<assignment>${assignment}))(?<secret>${value})`,
  'gi',
)
const weakValue = new RegExp(
  `(?<before>(?<![A-Za-z0-9])(?<name>${weak})(?<assignment>${assignment}))(?<secret>${value})`,
  'g',
)

export function namedValues(text: string): Span[] {
  return [...find(strongValue, text, isSecret), ...find(weakValue, text, isRandom)]
}

const strongName = new RegExp(`(?:${strong})(?<rest>[A-Za-z0-9_-]*)$`, 'i')
const weakName = /(?:^|[-_])(?:key|pass|creds?|auth|signature|jwt|bearer|seed|salt|otp|pin|cookie|csrf)$/i

/** Whether a variable with this name holds a secret, as far as its name tells. */
export function isSecretName(name: string): boolean {
  const rest = strongName.exec(name)?.groups?.['rest']
  if (rest === undefined) return weakName.test(name) && !known.test(name)
  return !speaksAbout(rest)
}

interface Found {
  /** What the name goes on with after the word that gives it away. */
  rest: string
  name: string
  assignment: string
  secret: string
  /** What stands on the line behind the value. */
  after: string
}

function find(pattern: RegExp, text: string, accepts: (found: Found) => boolean): Span[] {
  const spans: Span[] = []
  for (const match of text.matchAll(pattern)) {
    const { before = '', rest = '', name = '', assignment: given = '', secret = '' } = match.groups ?? {}
    const start = match.index + before.length
    const after =
      /^[^\n]{0,40}/.exec(text.slice(start + secret.length, start + secret.length + 40))?.[0] ?? ''
    if (accepts({ rest, name, assignment: given, secret, after })) {
      const quoted = secret !== unquoted(secret)
      const edge = quoted ? secret.indexOf(unquoted(secret)) : 0
      spans.push({ start: start + edge, end: start + secret.length - edge })
    }
  }
  return spans
}

/** Names that speak about a secret instead of holding it: `token_count`, `PASSWORD_FILE`, `secretName`. */
const about =
  /(?:^|[-_])(?:file|path|dir|env|names?|ids?|ur[il]s?|types?|counts?|limits?|usage|used|budget|expir\w*|ttl|age|length|len|size|fields?|inputs?|prompt|policy|hint|reset|manager|store|required|min|max|provider|version|arn|ref|rotation|enabled|changed|scopes?)(?![A-Za-z])/i
const aboutCamel =
  /(?:File|Path|Env|Names?|Ids?|Ur[il]|Types?|Counts?|Limits?|Usage|Expir\w*|Ttl|Length|Size|Fields?|Input|Prompt|Policy|Hint|Reset|Manager|Store|Required|Provider|Version|Arn|Ref)(?![a-z])/

/** Words that only begin like the name of a secret: `tokens`, `tokenizer`, `secretary`, `credentials`. */
const otherWord = /^(?:s|i[sz]\w*|ary|aries|ed|ly|less)(?![a-z])/i

const code = /^(?:await|new|function|async|typeof|return)$|^[A-Za-z_.]+\(|^(?:[A-Za-z_]\w*\.)+[A-Za-z_]+$/

function isSecret({ rest, assignment: given, secret, after }: Found): boolean {
  const bare = unquoted(secret)
  if (speaksAbout(rest) || !isGiven(bare)) return false
  if (bare !== secret) return true
  // `token = readToken(`, `secret: config.secret`: code, not a value.
  if (code.test(secret) || (/\s/.test(given) && /^[A-Za-z_.]+\[/.test(secret))) return false
  if (!given.includes(':') || /\d/.test(bare)) return bare.length > 2
  return bare.length > 2 && !isSentence(bare, after)
}

function speaksAbout(rest: string): boolean {
  return otherWord.test(rest) || about.test(rest) || aboutCamel.test(rest)
}

/** `password: must have eight characters`. */
function isSentence(word: string, after: string): boolean {
  return /^["'(]?[A-Za-z][a-z'-]*[,.?!]?$/.test(word) && /^[ ,.?!]{0,3}[ ]{1,2}[A-Za-z(]/.test(`${after} `)
}

/** Keys that everybody may see. */
const known =
  /public|primary|foreign|cache|partition|sort|row|host|idempotency|dedup|object|map|config|issue|project|item|index|list|react|i18n|registry|lookup|hot|arrow|short/i

function isRandom({ name, secret }: Found): boolean {
  const bare = unquoted(secret)
  return !known.test(name) && isGiven(bare) && looksRandom(bare)
}
