/** Every path that a command may mean. In doubt a word is one: too many paths only prevent approvals. */
import { programName, type SimpleCommand } from '../shell/command.ts'

export interface CommandPaths {
  /** As they were given. */
  paths: string[]
  /** A word is worked out by the shell: any path may be meant. */
  unknown: boolean
  /** Hosts of URLs. Undefined among them: a URL without a clear host. */
  hosts: (string | undefined)[]
}

export function pathsOfCommand(command: SimpleCommand): CommandPaths {
  const found: CommandPaths = { paths: [], unknown: false, hosts: [] }
  const values = [
    ...command.words.map(({ value }) => value),
    ...command.variables.map(({ value }) => value.value),
    ...command.redirections.flatMap(({ operator, target }) =>
      operator.startsWith('<<') || isDescriptor(operator, target.value) ? [] : [target.value],
    ),
  ]
  for (const value of values) {
    if (value === undefined) found.unknown = true
    else if (isUrl(value)) found.hosts.push(hostOf(value))
    else found.paths.push(...pathsIn(value))
  }
  // To them every word is an address, `evil.example` and `2130706433` as well.
  if (clients.has(programName(command) ?? '')) {
    const bare = command.words.some(
      ({ value }) => value !== undefined && !isUrl(value) && !value.startsWith('-'),
    )
    if (bare) found.hosts.push(undefined)
  }
  return found
}

const clients: ReadonlySet<string> = new Set(['curl', 'wget', 'http', 'https', 'xh', 'aria2c', 'lynx', 'w3m'])

/** `2>&1` and `>&-` are no files. */
export function isDescriptor(operator: string, target: string | undefined): boolean {
  return (operator === '>&' || operator === '<&') && target !== undefined && /^(?:\d+-?|-)$/u.test(target)
}

export function isUrl(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//iu.test(text) && !/^file:/iu.test(text)
}

/** The host of a URL, in small letters; undefined where programs might read different ones. */
export function hostOf(url: string): string | undefined {
  // User names, backslashes and the like have fooled enough parsers: only the plain form has a host.
  const plain = /^[a-z][a-z0-9+.-]*:\/\/([a-z0-9.-]+)(?::\d{1,5})?(?:[/?#][\x21-\x7e]*)?$/iu.exec(url)
  return plain?.[1]?.toLowerCase().replace(/\.$/u, '')
}

/** `--file=x`, `-I/x`, `a:/b`, `@x`: a path may stand anywhere in a word. */
function pathsIn(word: string): string[] {
  if (word === '' || word === '-' || word === '--') return []
  const pieces = word.split(/[=:,@]/u).filter((piece) => piece !== '')
  if (!word.startsWith('-')) return [word, ...pieces]
  const attached = [word.slice(2), /[/~].*|\.\..*/su.exec(word)?.[0] ?? '']
  return [...pieces.slice(word.includes('=') ? 1 : 0), ...attached].filter(
    (piece) => piece !== '' && !/^-/u.test(piece),
  )
}
