/** The command line that stands in an agent's settings. */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { quoteForShell } from '../../lib/shell-quote.ts'

/** Part of macOS, and of nearly every Linux. */
const perl = '/usr/bin/perl'

/**
 * For `sh`: agents that iterm-orch did not launch start nothing of ours; a program that was removed or fails
 * is silent and no failure; whatever happens, what the agent writes is read. Where there is Perl, which starts
 * in a fraction of Node's time, a courier goes first, and needs Node only when no service answers.
 *
 * @param own program and arguments of `iterm-orch`, absolute
 * @param always also without a session
 */
export function hookCommand(own: readonly string[], agent: string, always: boolean): string {
  const words = [...courier(), ...own].map(quoteForShell)
  const call = [...words, 'hook', '--agent', agent, ...(always ? ['--always'] : [])].join(' ')
  return `${always ? '' : 'test -n "$ITERM_ORCH_SESSION" && '}${call} 2>/dev/null || cat >/dev/null`
}

function courier(): string[] {
  return existsSync(perl) ? [perl, fileURLToPath(new URL('./courier.pl', import.meta.url))] : []
}

/** The same for settings that take program and arguments, without a shell. */
export function hookArguments(
  own: readonly string[],
  agent: string,
  event: string,
  always: boolean,
): string[] {
  return [...own, 'hook', '--agent', agent, ...(always ? ['--always'] : []), event]
}

const ours = / hook --agent [\w-]+(?: --always)? 2>\/dev\/null \|\| cat >\/dev\/null$/

/** True for a command that this or another version of iterm-orch made. */
export function isOurCommand(command: unknown): command is string {
  return typeof command === 'string' && ours.test(command)
}

/** True for the arguments that this or another version made. */
export function areOurArguments(argv: readonly unknown[]): boolean {
  const at = argv.indexOf('hook')
  return at > 0 && argv[at + 1] === '--agent' && argv.at(-1) === 'notify'
}

/** A file that the command needs and that is not there; undefined when all are. */
export function missingProgram(words: readonly string[]): string | undefined {
  return words.find((word) => word.startsWith('/') && !existsSync(word))
}

/** The words of one of our commands, quotes taken off. */
export function wordsOf(command: string): string[] {
  const words = command.matchAll(/(?:'[^']*'|\\.|[^\s'\\])+/g)
  return [...words].map(([word]) =>
    word.replace(/'([^']*)'|\\(.)/g, (_, quoted, escaped) => quoted ?? escaped),
  )
}
