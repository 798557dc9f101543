/** Takes values that are known to be secret out of output, byte for byte, however it is cut into chunks. */

const masked = '[redacted]'
/** A shorter one stands in every output, and anybody guesses it. In bytes. */
const least = 4
/** The same for a value whose name does not say that it is a secret, and for words: `test`, `root`. */
const leastPlain = 8
/** Lines of a value that are taken out by themselves, as of a private key. In bytes. */
const leastLine = 16

const saysSecret =
  /pass|pwd|secret|token|credential|auth|key|cookie|session|signature|salt|dsn|private|pat$/iu
/** Which model answers is no secret, and is asked for afterwards. */
const saysPublic = /(?:^|_)MODEL(?:_NAME)?$/iu

/** Variable with the names of the others that hold secrets, by spaces: for what an agent starts of ours. */
const secretNames = 'ITERM_ORCH_SECRET_NAMES'

export class SecretValues {
  /** As bytes, the longest first. */
  readonly #forms: readonly string[]
  readonly #pattern: RegExp

  constructor(values: Iterable<string>) {
    const forms = new Set([...values].flatMap(formsOf))
    this.#forms = [...forms].sort((a, b) => b.length - a.length || (a < b ? -1 : 1))
    this.#pattern = new RegExp(this.#forms.map(literal).join('|') || '(?!)', 'gs')
  }

  /** Of variables that were given to an agent. */
  static among(variables: Readonly<Record<string, string>>): SecretValues {
    return new SecretValues(secretsAmong(variables))
  }

  redact(text: string): string {
    if (this.#forms.length === 0) return text
    return utf8(bytesOf(text).replace(this.#pattern, masked))
  }

  /** The same for the rows of a screen, where a value may go on in the next row; there are as many rows after. */
  redactRows(rows: readonly string[]): string[] {
    if (this.#forms.length === 0) return [...rows]
    const wrapped = this.#forms.map((form) => [...form].map(literal).join('\n?')).join('|')
    const mask = (found: string) => masked + '\n'.repeat(found.split('\n').length - 1)
    return utf8(bytesOf(rows.join('\n')).replace(new RegExp(wrapped, 'gs'), mask)).split('\n')
  }

  /** The same for a stream. */
  stream(): SecretStream {
    return new SecretStream(this.#forms, this.#pattern)
  }
}

/** The values that are secret. */
export function secretsAmong(variables: Readonly<Record<string, string>>): string[] {
  return secretEntries(variables).map(([, value]) => value)
}

/** What an agent has to get beside these variables, so that whatever of ours it starts knows the secrets. */
export function namesOfSecrets(variables: Readonly<Record<string, string>>): Record<string, string> {
  const names = secretEntries(variables).map(([name]) => name)
  return names.length === 0 ? {} : { [secretNames]: names.join(' ') }
}

/** The values that an environment says are secret. */
export function namedSecrets(env: NodeJS.ProcessEnv): string[] {
  return (env[secretNames]?.split(' ') ?? []).flatMap((name) => env[name] ?? [])
}

function secretEntries(variables: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(variables).filter(([name, value]) => isSecret(name, value))
}

export class SecretStream {
  readonly #forms: readonly string[]
  readonly #pattern: RegExp
  /** The end of what came, in which a secret may have begun. */
  #held = ''

  constructor(forms: readonly string[], pattern: RegExp) {
    this.#forms = forms
    this.#pattern = pattern
  }

  /** Gives what can be told; the rest comes with the next chunk, or at the end. */
  push(chunk: Buffer): Buffer {
    if (this.#forms.length === 0) return chunk
    const text = this.#held + chunk.toString('latin1')
    const end = this.#wholeUntil(text)
    this.#held = text.slice(end)
    return Buffer.from(text.slice(0, end).replace(this.#pattern, masked), 'latin1')
  }

  end(): Buffer {
    const rest = this.#held
    this.#held = ''
    return Buffer.from(rest.replace(this.#pattern, masked), 'latin1')
  }

  /** Up to where nothing that is still to come can make a difference. */
  #wholeUntil(text: string): number {
    const longest = this.#forms[0]?.length ?? 0
    let end = Math.max(0, text.length - longest + 1)
    while (end < text.length && !this.#beginsIn(text.slice(end))) end++
    for (const match of text.matchAll(this.#pattern)) {
      if (match.index >= end) break
      // It ends in what is held back: taken apart, it would not be found again.
      if (match.index + match[0].length > end) return match.index
    }
    return end
  }

  #beginsIn(rest: string): boolean {
    return this.#forms.some((form) => form.length > rest.length && form.startsWith(rest))
  }
}

/**
 * By its name, or because it is nothing that everybody writes: whoever reads `production` and `localhost` nowhere any
 * more has lost more than a secret.
 */
function isSecret(name: string, value: string): boolean {
  const bytes = Buffer.byteLength(value)
  if (bytes < least || saysPublic.test(name)) return false
  if (saysSecret.test(name)) return bytes >= leastPlain || !isPlain(value)
  return bytes >= leastPlain && (hasPassword(value) || !(isPlainUrl(value) || isPlain(value)))
}

/** `postgres://ann:geheim@db/shop` */
function hasPassword(value: string): boolean {
  return /:\/\/[^\s/@]*:[^\s/@]+@/u.test(value)
}

/** An address without query. */
function isPlainUrl(value: string): boolean {
  return /^https?:\/\//u.test(value) && URL.canParse(value) && new URL(value).search === ''
}

/** Words, numbers, versions, places: `eu-central-1`, `127.0.0.1:8080`, `/srv/shop`, `--max-old-space-size=4096`. */
export function isPlain(value: string): boolean {
  const words = value.split(/[\s_.,:;/=~@+-]+/u)
  return words.every((word) => /^(?:\p{L}*\d{0,4}|\d+\p{L}{0,2})$/u.test(word))
}

/** As programs print it: as it is, in JSON, in addresses, and line by line. */
function formsOf(value: string): string[] {
  const lines = value.split(/\r?\n/u).filter((line) => Buffer.byteLength(line) >= leastLine)
  return [value, ...lines]
    .flatMap((text) => [text, JSON.stringify(text).slice(1, -1), encodeURIComponent(text)])
    .filter((form) => Buffer.byteLength(form) >= least)
    .map(bytesOf)
}

/** A character for each byte: regular expressions then work on bytes. */
function bytesOf(text: string): string {
  return Buffer.from(text).toString('latin1')
}

function utf8(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8')
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
}
