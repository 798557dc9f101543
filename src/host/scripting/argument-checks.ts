/** What functions of the host ask of their arguments and of the object that they are called on. */
import type { Scope } from '../variables/scope.ts'
import { type ArgumentValues, EvaluationError } from './expression.ts'

export function stringArgument(values: ArgumentValues, name: string): string {
  const value = values[name]
  if (typeof value !== 'string') throw new EvaluationError(`The argument ${name} must be a string`)
  return value
}

/** Undefined when it is left out or null. */
export function optionalString(values: ArgumentValues, name: string): string | undefined {
  return (values[name] ?? null) === null ? undefined : stringArgument(values, name)
}

/** Undefined when it is left out or null. */
export function optionalInteger(values: ArgumentValues, name: string): number | undefined {
  const value = values[name] ?? null
  if (value === null) return undefined
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value
  throw new EvaluationError(`The argument ${name} must be a whole number`)
}

/** Clients send booleans as such or as 1 and 0. */
export function booleanArgument(values: ArgumentValues, name: string): boolean {
  const value = values[name]
  if (typeof value === 'boolean') return value
  if (value === 0 || value === 1) return value === 1
  throw new EvaluationError(`The argument ${name} must be true or false`)
}

/** The id of the object that a method was called on. */
export function receiverOf(scope: Scope, ...kinds: Array<Scope['kind']>): string {
  if (!kinds.includes(scope.kind)) {
    throw new EvaluationError(`The function belongs to a ${kinds.join(' or ')}, not to the ${scope.kind}`)
  }
  return scope.id
}
