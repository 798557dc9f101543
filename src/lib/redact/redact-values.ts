/** Takes secrets out of data that is about to be shown. */
import { redact } from '../redact.ts'
import { isGiven } from './given-values.ts'
import { isSecretName } from './named-values.ts'

const mask = '[redacted]'

/** Variables of an environment; what a name calls a secret is one, whatever it looks like. */
export function redactVariables(variables: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [
      name,
      isSecretName(name) && isGiven(value) ? mask : redact(value),
    ]),
  )
}

/** All texts in it, and what is called `env` as variables. */
export function redactDeep(value: unknown, key = ''): unknown {
  if (typeof value === 'string') return redact(value)
  if (Array.isArray(value)) return value.map((each) => redactDeep(each))
  if (typeof value !== 'object' || value === null) return value
  if (key === 'env' && isVariables(value)) return redactVariables(value)
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, redactDeep(inner, name)]))
}

function isVariables(value: object): value is Record<string, string> {
  return Object.values(value).every((each) => typeof each === 'string')
}
