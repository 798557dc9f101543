/** Finds the function that a call means, among the host's own and those of scripts. */
import type { VariableValue } from '../session-types.ts'
import type { Scope } from '../variables/scope.ts'
import type { VariableStore } from '../variables/variable-store.ts'
import { type ArgumentValues, EvaluationError } from './expression.ts'
import type { ScriptFunctions } from './script-functions.ts'

/** A function of the host. Arguments that are null count as left out. */
export interface BuiltinFunction {
  name: string
  required: readonly string[]
  optional?: readonly string[]
  /** `scope` is where the call was made, or its receiver. @throws {EvaluationError} with the reason. */
  call(values: ArgumentValues, scope: Scope): VariableValue | Promise<VariableValue>
}

export interface FunctionRegistryDeps {
  builtins: readonly BuiltinFunction[]
  /** Functions of iTerm2 that this host does not have, by name, and why. */
  unsupported: ReadonlyMap<string, string>
  scripts: ScriptFunctions
  store: VariableStore
}

export class FunctionRegistry {
  readonly #deps: FunctionRegistryDeps

  constructor(deps: FunctionRegistryDeps) {
    this.#deps = deps
  }

  /** @throws {EvaluationError} when there is no such function, or it fails. */
  async call(name: string, values: ArgumentValues, scope: Scope): Promise<VariableValue> {
    const { builtins, unsupported, scripts, store } = this.#deps
    if (scripts.has(name)) return scripts.call(name, values, (path) => store.get(scope, path))
    const why = unsupported.get(name)
    if (why !== undefined) throw new EvaluationError(`${name} is not supported by this host: ${why}`)
    const named = builtins.filter((candidate) => candidate.name === name)
    if (named.length === 0) throw new EvaluationError(`There is no function ${name}`)
    const found = named.find((candidate) => takes(candidate, Object.keys(values)))
    if (found) return found.call(values, scope)
    throw new EvaluationError(`${name} takes ${named.map(signatureOf).join(' or ')}`)
  }
}

function takes({ required, optional = [] }: BuiltinFunction, given: string[]): boolean {
  return (
    required.every((name) => given.includes(name)) &&
    given.every((name) => required.includes(name) || optional.includes(name))
  )
}

function signatureOf({ required, optional = [] }: BuiltinFunction): string {
  return `(${[...required, ...optional.map((name) => `[${name}]`)].join(', ')})`
}
