/** Where the proof for a connect comes from (protocol reference, section 2). */
import { allowAllFilePath, isAllowAllFileValid } from './allow-all-file.ts'
import { AppleScriptError, runAppleScript } from './applescript.ts'
import { applicationStatus, targetApplication } from './application.ts'
import type { CookieSource, Credentials } from './client-types.ts'
import { describeState, errorOf } from './connection-state.ts'
import { Iterm2Error } from './errors.ts'

export interface CredentialOptions {
  /** The name under which iTerm2 lists us. */
  name: string
  cookie?: CookieSource
  env: NodeJS.ProcessEnv
  platform: NodeJS.Platform
  /** Who must own the allow-all file; 0. */
  allowAllOwnerUid?: number
}

/** What one connect goes with. `none`: nobody to ask; the terminal may let us in all the same. */
export interface Grant {
  source: 'option' | 'environment' | 'allow-all-file' | 'applescript' | 'none'
  credentials: Credentials | undefined
}

/** Milliseconds; macOS may first ask the user for Automation permission, and that is no time to hurry. */
const cookieTimeoutMs = 120_000

export class CredentialSource {
  readonly #options: CredentialOptions
  #fromEnvironment: Credentials | undefined

  constructor(options: CredentialOptions) {
    this.#options = options
  }

  /**
   * The credentials for the next connect: the option, else the environment (once), else none because of a
   * valid allow-all file, else a fresh cookie through AppleScript, which is asked only while iTerm2 runs.
   * @throws {Iterm2Error} `not-installed`, `not-running`, `api-disabled`, `cookie-denied`,
   * `automation-denied`, `terminal-too-old` or `applescript-failed`.
   */
  async obtain(signal?: AbortSignal): Promise<Grant> {
    const { cookie } = this.#options
    if (cookie !== undefined) return { source: 'option', credentials: await readCookie(cookie) }
    const inherited = this.#takeFromEnvironment()
    if (inherited !== undefined) return { source: 'environment', credentials: inherited }
    return (await this.#allowAll()) ?? (await this.#ask(signal))
  }

  /** Other credentials after a 401, or undefined when there is nothing else to try. */
  async obtainAfterRefusal(refused: Grant, signal?: AbortSignal): Promise<Grant | undefined> {
    switch (refused.source) {
      case 'option':
        return typeof this.#options.cookie === 'function' ? this.obtain() : undefined
      case 'environment':
        this.#fromEnvironment = undefined
        return (await this.#allowAll()) ?? (await this.#askIfPossible(signal))
      case 'allow-all-file':
      case 'applescript':
        return this.#askIfPossible(signal)
      case 'none':
        return undefined
    }
  }

  /** Takes the cookie out of the environment, so that no child process gets it. */
  #takeFromEnvironment(): Credentials | undefined {
    const { env } = this.#options
    const cookie = env['ITERM2_COOKIE']
    const key = env['ITERM2_KEY']
    delete env['ITERM2_COOKIE']
    delete env['ITERM2_KEY']
    if (!cookie) {
      // Normally single-use; but where there is no AppleScript it is all we will ever have.
      return this.#canAsk() ? undefined : this.#fromEnvironment
    }
    this.#fromEnvironment = key ? { cookie, key } : { cookie }
    return this.#fromEnvironment
  }

  async #allowAll(): Promise<Grant | undefined> {
    const { env, allowAllOwnerUid } = this.#options
    const valid = await isAllowAllFileValid(allowAllFilePath(env), allowAllOwnerUid)
    return valid ? { source: 'allow-all-file', credentials: undefined } : undefined
  }

  async #ask(signal: AbortSignal | undefined): Promise<Grant> {
    return (await this.#askIfPossible(signal)) ?? { source: 'none', credentials: undefined }
  }

  async #askIfPossible(signal: AbortSignal | undefined): Promise<Grant | undefined> {
    if (!this.#canAsk()) return undefined
    const { env, name } = this.#options
    return { source: 'applescript', credentials: await requestCookie(env, name, signal) }
  }

  #canAsk(): boolean {
    return this.#options.platform === 'darwin'
  }
}

async function readCookie(source: CookieSource): Promise<Credentials> {
  const given = typeof source === 'function' ? await source() : source
  return typeof given === 'string' ? { cookie: given } : given
}

async function requestCookie(
  env: NodeJS.ProcessEnv,
  clientName: string,
  signal: AbortSignal | undefined,
): Promise<Credentials> {
  try {
    const status = await applicationStatus(env)
    if (status !== 'running') throw errorOf(describeState(status))
    const texts = { targetName: targetApplication(env), clientName }
    return parseCookie(await runAppleScript('request-cookie', texts, cookieTimeoutMs, signal))
  } catch (error) {
    throw error instanceof AppleScriptError ? translate(error) : error
  }
}

/** `<cookie> <key>`, or only `<cookie>`. */
function parseCookie(answer: string): Credentials {
  const [cookie, key] = answer.trim().split(/\s+/)
  if (!cookie)
    throw new Iterm2Error('applescript-failed', 'iTerm2 answered the request for a cookie with nothing.')
  return key ? { cookie, key } : { cookie }
}

/** AppleScript's numbers: 1 and 2 are iTerm2's own, the negative ones those of macOS. */
function translate(error: AppleScriptError): Iterm2Error {
  const details = { cause: error, ...(error.number === undefined ? {} : { status: String(error.number) }) }
  switch (error.number) {
    case 1:
      return errorOf(describeState('api-disabled'), error)
    case 2:
      return new Iterm2Error('cookie-denied', 'The request for access was denied in iTerm2.', {
        ...details,
        hint: 'Try again and choose to allow it in iTerm2.',
      })
    case -2740:
    case -2741:
      return new Iterm2Error(
        'terminal-too-old',
        'This iTerm2 is too old: it does not know how to give a cookie.',
        {
          ...details,
          hint: 'Update iTerm2 (iTerm2 > Check for Updates).',
        },
      )
    case -1743:
      return new Iterm2Error('automation-denied', 'macOS does not let this program control iTerm2.', {
        ...details,
        hint: 'Allow it in System Settings > Privacy & Security > Automation, then try again.',
      })
    // -600: it quit between the question whether it runs and the request.
    case -600:
      return errorOf(describeState('not-running'), error)
    default:
      return new Iterm2Error('applescript-failed', `The request for a cookie failed: ${error.message}`, {
        ...details,
        hint: 'Check the Automation permission in System Settings > Privacy & Security > Automation.',
      })
  }
}
