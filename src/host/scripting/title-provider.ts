/**
 * Session titles made by scripts: the profile key `Title Function` names a registered function, and the
 * custom bit of `Title Components` says to use it. It is called when it is registered and whenever one of
 * the variables that its arguments come from changes.
 */
import { errorMessage } from '../../lib/errors.ts'
import type { Logger } from '../../lib/logger.ts'
import { RPCRegistrationRequestRole } from '../../messages/iterm2.ts'
import type { Profile } from '../profiles/profile-keys.ts'
import type { SessionProfiles } from '../profiles/session-profiles.ts'
import { type Scope, variableName } from '../variables/scope.ts'
import { TitleComponent } from '../variables/session-names.ts'
import type { VariableMonitors } from '../variables/variable-monitors.ts'
import type { VariableStore } from '../variables/variable-store.ts'
import { textOf } from './evaluate-expression.ts'
import type { ScriptFunction, ScriptFunctions } from './script-functions.ts'

export interface TitleProviderDeps {
  scripts: ScriptFunctions
  store: VariableStore
  monitors: VariableMonitors
  sessionProfiles: SessionProfiles
  log: Logger
}

/** A title must not depend on itself: it would change for ever. */
const titles = new Set(['presentationName', 'title'])

export class TitleProvider {
  readonly #deps: TitleProviderDeps
  /** Sessions by id, with what ends the present arrangement for their title. */
  readonly #sessions = new Map<string, () => void>()

  constructor(deps: TitleProviderDeps) {
    this.#deps = deps
    deps.scripts.onChange(() => {
      for (const id of this.#sessions.keys()) this.follow(id)
    })
    deps.sessionProfiles.on('change', (id) => {
      if (this.#sessions.has(id)) this.follow(id)
    })
  }

  /** Looks again at which function makes the title of a session, for as long as it lives. */
  follow(id: string): void {
    this.#sessions.get(id)?.()
    const provider = this.#providerOf(id)
    this.#sessions.set(id, provider ? this.#keepFresh(id, provider) : () => {})
    if (!provider) this.#deps.store.setCustomTitle(id, undefined)
  }

  forget(id: string): void {
    this.#sessions.get(id)?.()
    this.#sessions.delete(id)
  }

  #providerOf(id: string): ScriptFunction | undefined {
    const wanted = titleFunctionOf(this.#deps.sessionProfiles.of(id))
    if (wanted === undefined) return undefined
    const namespace = `title.${wanted.replaceAll('-', '_')}.`
    return this.#deps.scripts
      .list()
      .find(
        ({ role, qualifiedName }) =>
          role === RPCRegistrationRequestRole.SESSION_TITLE && qualifiedName.startsWith(namespace),
      )
  }

  #keepFresh(id: string, { qualifiedName, defaults }: ScriptFunction): () => void {
    const { scripts, store, monitors, log } = this.#deps
    const scope: Scope = { kind: 'session', id }
    let ended = false
    let running = false
    let again = false
    // One call at a time; a change meanwhile leads to one more.
    const update = async () => {
      if (running) {
        again = true
        return
      }
      running = true
      do {
        again = false
        const title = await scripts
          .call(qualifiedName, {}, (path) => store.get(scope, path))
          .then(textOf)
          .catch((error: unknown) =>
            log.info({ session: id, problem: errorMessage(error) }, 'a title function failed'),
          )
        // A script that fails leaves the title as it was.
        if (!ended && typeof title === 'string') store.setCustomTitle(id, title)
      } while (again && !ended)
      running = false
    }
    const paths = [...defaults.values()].map((path) => path.replace(/\?$/, ''))
    const watches = paths
      .filter((path) => !titles.has(variableName(path)))
      .map((path) => monitors.watch(scope, path, () => void update()))
    void update()
    return () => {
      ended = true
      for (const end of watches) end()
    }
  }
}

function titleFunctionOf(profile: Profile): string | undefined {
  const components = Number(profile['Title Components'] ?? 0)
  if ((components & TitleComponent.custom) === 0) return undefined
  const setting = profile['Title Function']
  const id = Array.isArray(setting) ? setting[1] : undefined
  return typeof id === 'string' && id !== '' ? id : undefined
}
