/** Settings as people type them in commands: `agent=codex`. Pure. */
import { OrchError } from '../lib/errors.ts'
import { nearest } from '../lib/nearest-word.ts'
import { firstProblem } from '../lib/read-yaml.ts'
import { type WorkKey, WorkSettings, workKeys } from './work-settings.ts'

/** Checked, and as they stand in a file. */
export type WrittenSettings = Partial<Record<WorkKey, string | number | boolean>>

/**
 * @param texts each a key, `=` and the value as it is: nothing in it needs quoting; of two with one key the later counts
 * @throws {OrchError} `usage` for what is no setting, or has a value that it cannot have
 */
export function parseSettings(texts: readonly string[]): WrittenSettings {
  return Object.fromEntries(texts.map(parseSetting))
}

/** @throws {OrchError} `usage` for what is the name of none */
export function parseSettingKey(text: string): WorkKey {
  const key = workKeys.find((known) => known === text)
  if (key !== undefined) return key
  const near = nearest(text, workKeys)
  throw new OrchError('usage', `There is no setting ${JSON.stringify(text)}.`, {
    hint: near === undefined ? `There are: ${workKeys.join(', ')}.` : `Did you mean ${near}?`,
    details: { candidates: workKeys },
  })
}

function parseSetting(text: string): [WorkKey, string | number | boolean] {
  const [, name, typed] = /^([^=]*)=(.*)$/su.exec(text) ?? []
  if (name === undefined || typed === undefined) {
    throw new OrchError('usage', `${JSON.stringify(text)} is no setting.`, {
      hint: 'Write a key and its value: `agent=codex`.',
    })
  }
  const key = parseSettingKey(name)
  if (typed === '') {
    throw new OrchError('usage', `${key} has no value.`, { hint: `To take it away: --unset ${key}` })
  }
  const value = writtenAs(key, typed)
  const checked = WorkSettings.safeParse({ [key]: value })
  if (checked.success) return [key, value]
  throw new OrchError('usage', `${firstProblem({ [key]: value }, WorkSettings, checked.error)}.`, {
    hint: 'docs/projects.md says what each setting may be.',
  })
}

function writtenAs(key: WorkKey, typed: string): string | number | boolean {
  if (key === 'worktree' && (typed === 'true' || typed === 'false')) return typed === 'true'
  const isCount = key === 'retries' || key === 'timeout'
  return isCount && /^\d{1,9}(?:\.\d{1,3})?$/u.test(typed) ? Number(typed) : typed
}
