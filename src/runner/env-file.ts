/** Reads `NAME=value` lines, as `docker --env-file` and dotenv do. */
import { readFileSync } from 'node:fs'
import { errorMessage, OrchError } from '../lib/errors.ts'

/** @throws {OrchError} `invalid-config` when it cannot be read or understood */
export function readEnvFile(path: string): Record<string, string> {
  try {
    return parseEnvFile(readFileSync(path, 'utf8'))
  } catch (error) {
    throw new OrchError('invalid-config', `env_file ${path} cannot be used: ${errorMessage(error)}`, {
      hint: 'Write lines NAME=value into it, or take env_file out of the task.',
      cause: error,
    })
  }
}

/**
 * Empty lines and comments are skipped, `export` may stand in front. In double quotes `\n`, `\"` and `\\` are read,
 * in single quotes nothing is; without quotes a comment begins at ` #`. The values are never expanded.
 *
 * @throws what a line is wrong with; its value is not told
 */
export function parseEnvFile(text: string): Record<string, string> {
  const result: Record<string, string> = {}
  for (const [index, line] of text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .entries()) {
    if (/^\s*(?:#|$)/.test(line)) continue
    const match = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)$/s.exec(line)
    const value = match ? readValue(match[2] ?? '') : undefined
    if (!match || value === undefined) throw new Error(`line ${index + 1} is not NAME=value`)
    result[match[1] ?? ''] = value
  }
  return result
}

function readValue(text: string): string | undefined {
  const [quote] = text
  if (quote !== '"' && quote !== "'") return text.replace(/(?:^|\s+)#.*$/s, '').trimEnd()
  const form = quote === '"' ? /^"((?:[^"\\]|\\.)*)"\s*(?:#.*)?$/s : /^'([^']*)'\s*(?:#.*)?$/s
  const inner = form.exec(text)?.[1]
  if (quote === "'") return inner
  return inner?.replace(/\\(.)/gs, (_, letter: string) => escapes[letter] ?? letter)
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' }
