/** Settings of projects and documents, as they are typed: `agent=codex`. */
import type { Candidate } from './what-fits.ts'

const values: Readonly<Record<string, readonly string[]>> = {
  mode: ['headless', 'session'],
  permissions: ['read-only', 'ask', 'accept-edits', 'full'],
  timeout: ['30m', '2h'],
  retries: ['0', '1', '2'],
  worktree: ['true', 'false'],
  done: ['idle', 'exit', 'completion', 'file:'],
  prompt: ['{text}', '{file}'],
  priority: ['low', 'normal', 'high', 'urgent'],
}

const meanings: Readonly<Record<string, string>> = {
  mode: 'without a terminal, or in a session',
  agent: 'who works on it',
  model: 'with which model',
  permissions: 'what it may do without asking',
  timeout: 'when it is ended',
  retries: 'how often it may be tried again',
  worktree: 'in a git worktree of its own',
  done: 'when the agent of a session is done',
  prompt: 'what the agent is given, with {text} or {file} in it',
  priority: 'before others with less',
  needs: 'tasks that have to be completed first',
}

const ofDocuments = ['priority', 'needs']

/** Names of settings alone, of those of a project. */
export function settingNames(): Candidate[] {
  return Object.entries(meanings)
    .filter(([value]) => !ofDocuments.includes(value))
    .map(([value, description]) => ({ value, description }))
}

/**
 * Keys with their `=`; behind one its values.
 *
 * @param agents names of the agents that there are
 */
export async function settingCandidates(
  kind: 'setting' | 'key=value',
  typed: string,
  agents: () => Promise<Candidate[]>,
): Promise<Candidate[]> {
  const [, key] = /^([a-z]+)=/u.exec(typed) ?? []
  if (key === undefined) {
    return Object.entries(meanings)
      .filter(([name]) => kind === 'key=value' || !ofDocuments.includes(name))
      .map(([name, description]) => ({ value: `${name}=`, description }))
  }
  const known =
    key === 'agent' ? await agents() : (values[key] ?? []).map((value) => ({ value, description: '' }))
  return known.map(({ value, description }) => ({ value: `${key}=${value}`, description }))
}

/** Whether a word is one that bash leaves of `key=value`: it takes words apart at the sign. */
export function isSettingName(word: string | undefined): boolean {
  return word !== undefined && Object.hasOwn(meanings, word)
}
