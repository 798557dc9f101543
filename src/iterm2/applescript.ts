/** Runs AppleScript in such a way that no text given to a script can become script. */
import { readFile } from 'node:fs/promises'
import { execute } from 'node-osascript'
import { stopAfter } from '../lib/stop-after.ts'
import { Iterm2Error } from './errors.ts'

/** A script that ended with an error, or could not be run. */
export class AppleScriptError extends Error {
  override name = 'AppleScriptError'
  /** AppleScript's error number, or undefined when `osascript` itself failed. */
  readonly number: number | undefined

  constructor(message: string, number?: number) {
    super(message)
    this.number = number
  }
}

/**
 * Runs a script of the `applescript` directory and gives its result: a text, or one as a list of code points,
 * which no text can break out of.
 * @param name file name without ending
 * @param texts variables of the script; any string is safe (lone surrogates become U+FFFD)
 * @param signal ends it early
 * @throws {AppleScriptError} when the script fails, does not end in time, or there is no `osascript`.
 */
export async function runAppleScript(
  name: string,
  texts: Readonly<Record<string, string>>,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<string> {
  const body = await readFile(new URL(`../../applescript/${name}.applescript`, import.meta.url), 'utf8')
  const variables: Record<string, readonly number[]> = {}
  for (const [variable, text] of Object.entries(texts)) variables[codesName(variable)] = codePoints(text)
  const result = await osascript(prologue(Object.keys(texts)) + body, variables, stopAfter(timeoutMs, signal))
  if (typeof result === 'string') return result
  if (isCodePoints(result)) return String.fromCodePoint(...result)
  throw new AppleScriptError(`The script ${name} gave no text.`)
}

/**
 * A string as numbers. node-osascript puts strings between quotes without escaping them, so strings never
 * go to it: numbers cannot end a literal.
 */
export function codePoints(text: string): number[] {
  return Array.from(text, (character) => {
    const codePoint = character.codePointAt(0) ?? 0
    return codePoint >= 0xd800 && codePoint <= 0xdfff ? 0xfffd : codePoint
  })
}

/** The script's opening: makes texts again out of the lists of code points that stand before it. */
function prologue(variables: readonly string[]): string {
  const lines = [
    'on textFrom(codes)',
    // AppleScript has no text of an empty list.
    'if (count of codes) is 0 then return ""',
    'return string id codes',
    'end textFrom',
    ...variables.map((variable) => `set ${variable} to my textFrom(${codesName(variable)})`),
  ]
  return `${lines.join('\n')}\n`
}

function isCodePoints(result: unknown): result is number[] {
  const isOne = (code: unknown) => Number.isInteger(code) && Number(code) >= 0 && Number(code) <= 0x10ffff
  return Array.isArray(result) && result.every(isOne)
}

/** Variable names come from our own code; the check keeps it that way. */
function codesName(variable: string): string {
  if (!/^[a-z][A-Za-z]*$/.test(variable)) {
    throw new Iterm2Error(
      'invalid-argument',
      `"${variable}" cannot be the name of a variable in AppleScript.`,
    )
  }
  return `${variable}Codes`
}

function osascript(
  script: string,
  variables: Record<string, readonly number[]>,
  signal: AbortSignal,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const child = execute(script, variables, (error, result) => {
      signal.removeEventListener('abort', stop)
      if (error) reject(scriptError(error.message))
      else resolve(result)
    })
    const stop = () => {
      reject(new AppleScriptError('osascript did not end in time.'))
      child.kill('SIGKILL')
    }
    signal.addEventListener('abort', stop, { once: true })
    child.on('error', (error) => {
      signal.removeEventListener('abort', stop)
      reject(new AppleScriptError(`osascript could not be run: ${error.message}`))
    })
    // A program that ends without reading the script; its exit says more than the broken pipe.
    child.stdin?.on('error', () => {})
  })
}

/** `12:34: execution error: <text> (<number>)`; the text may be in any language. */
function scriptError(stderr: string): AppleScriptError {
  const text = stderr.trim()
  const number = /\((-?\d+)\)$/.exec(text)?.[1]
  return new AppleScriptError(
    text || 'osascript failed without a word.',
    number === undefined ? undefined : Number(number),
  )
}
