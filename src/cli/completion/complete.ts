/** Answers a shell that completes a command line. */
import type { Command } from 'commander'
import type { Home } from '../../lib/home.ts'
import type { Task } from '../../runner/task.ts'
import { shortEscalation } from '../escalation/escalation-id.ts'
import { fittingBehindProject } from './project-first.ts'
import { isSettingName, settingCandidates, settingNames } from './setting-words.ts'
import type { Candidate, Fitting } from './what-fits.ts'

/** What the shell itself adds. */
export type Extra = 'none' | 'files' | 'directories'

export interface Completions {
  candidates: Candidate[]
  extra: Extra
}

/** @param words the words after `iterm-orch`; the last one is being typed and may be empty */
export async function complete(program: Command, words: readonly string[], home: Home): Promise<Completions> {
  const split = behindSign(program, words)
  const { candidates, kind, typed, prefix } = split ?? fittingBehindProject(program, words)
  const looked = await lookUp(kind, typed, home, projectIn(words))
  const all = [...candidates, ...looked.candidates]
    .filter(({ value }) => value.toLowerCase().startsWith(typed.toLowerCase()) && !/\p{Cc}/u.test(value))
    // Shells compare with case: what is typed stays as it is.
    .map(({ value, description }) => ({
      value: (prefix + typed + value.slice(typed.length)).slice(split?.given ?? 0),
      description,
    }))
  return { candidates: all, extra: looked.extra ?? 'none' }
}

/** Of a setting that bash has taken apart at its `=`; `given` characters of it stand there already. */
function behindSign(program: Command, words: readonly string[]): (Fitting & { given: number }) | undefined {
  const [name, value = ''] = words.slice(-2)
  if (words.length < 2 || !isSettingName(name)) return undefined
  const fitting = fittingBehindProject(program, [...words.slice(0, -2), `${name}=${value}`])
  if (fitting.kind !== 'setting' && fitting.kind !== 'key=value') return undefined
  return { ...fitting, given: `${name}=`.length }
}

/** One candidate a line, its description after a tab; the last line tells what the shell adds. */
export function printed({ candidates, extra }: Completions): string {
  const lines = candidates.map(({ value, description }) => `${value}\t${firstLine(description)}`)
  return `${[...lines, `:${extra}`].join('\n')}\n`
}

interface LookedUp {
  candidates: Candidate[]
  extra?: Extra
}

/** The value of the last `-p` or `--project` before the word that is typed. */
function projectIn(words: readonly string[]): string | undefined {
  const at = words.slice(0, -2).findLastIndex((word) => word === '-p' || word === '--project')
  return at < 0 ? undefined : words[at + 1]
}

async function lookUp(
  kind: string | undefined,
  typed: string,
  home: Home,
  project: string | undefined,
): Promise<LookedUp> {
  if (kind === 'session') return { candidates: await sessionCandidates(home, typed) }
  if (kind === 'escalation') return { candidates: await escalationCandidates(home) }
  if (kind === 'escalation|session') {
    const both = await Promise.all([escalationCandidates(home), sessionCandidates(home, typed)])
    return { candidates: both.flat() }
  }
  if (kind === 'account') return { candidates: await accountCandidates(home) }
  if (kind === 'agent') return { candidates: await agentCandidates(home) }
  if (kind === 'task') return { candidates: await taskCandidates(home), extra: 'files' }
  if (kind === 'project') return { candidates: await projectCandidates(home), extra: 'directories' }
  if (kind === 'document' || kind === 'any-task' || kind === 'template') {
    const { taskNames } = await import('./task-names.ts')
    return { candidates: taskNames(kind, home, project), extra: kind === 'document' ? 'files' : 'none' }
  }
  if (kind === 'setting' || kind === 'key=value') {
    return { candidates: await settingCandidates(kind, typed, () => agentCandidates(home)) }
  }
  if (kind === 'setting-name') return { candidates: settingNames() }
  if (kind === 'notifier') return { candidates: await notifierCandidates(home) }
  if (kind === 'mailbox')
    return { candidates: await (await import('./mail-names.ts')).mailboxCandidates(home) }
  if (kind === 'thread') return { candidates: await (await import('./mail-names.ts')).threadCandidates(home) }
  if (kind === 'key') return { candidates: await keyCandidates() }
  if (kind === 'topic') return { candidates: await topicCandidates() }
  if (kind === 'file' || kind === 'arguments') return { candidates: [], extra: 'files' }
  if (kind === 'directory') return { candidates: [], extra: 'directories' }
  return { candidates: [] }
}

/** Names; ids where a name is not enough, or when an id is being typed. */
async function sessionCandidates(home: Home, typed: string): Promise<Candidate[]> {
  const { listSessionsFast } = await import('./list-fast.ts')
  const sessions = await listSessionsFast(home)
  return sessions.flatMap(({ id, name, agent, state }) => {
    const description = `${state}, ${agent}`
    const alone = sessions.filter((other) => other.name === name).length === 1
    const byId = { value: id.slice(0, 8), description: `${name}: ${description}` }
    const typingId = typed !== '' && id.startsWith(typed.toUpperCase())
    return alone ? [{ value: name, description }, ...(typingId ? [byId] : [])] : [byId]
  })
}

async function escalationCandidates(home: Home): Promise<Candidate[]> {
  const { listEscalationsFast } = await import('./list-fast.ts')
  const escalations = await listEscalationsFast(home)
  return escalations.map((one) => ({
    value: shortEscalation(one),
    description: `${one.name}: ${one.kind}: ${one.text}`,
  }))
}

async function accountCandidates(home: Home): Promise<Candidate[]> {
  const { listAccountsFast } = await import('./list-fast.ts')
  const accounts = await listAccountsFast(home)
  return accounts.map(({ account, title }) => ({ value: account, description: title }))
}

async function agentCandidates(home: Home): Promise<Candidate[]> {
  const agents = Object.entries((await configuration(home)).agents)
  return agents.map(([value, { command }]) => ({ value, description: command.join(' ') }))
}

/** Of config.yaml and of the project around here. */
async function taskCandidates(home: Home): Promise<Candidate[]> {
  const [{ loadTasks }, { taskSources }] = await Promise.all([
    import('../../tasks/definition/load-tasks.ts'),
    import('../../tasks/definition/task-sources.ts'),
  ])
  const { tasks } = loadTasks(taskSources(home.config, process.cwd()))
  return tasks.map(({ task }) => ({ value: task.name, description: task.description ?? describe(task) }))
}

function describe({ type, steps }: Task): string {
  const [first] = steps
  if (first === undefined || steps.length > 1) return `${type}, ${steps.length} steps`
  if (first.action.kind === 'agent') return first.action.prompt ?? first.action.file ?? type
  return [first.action.run].flat().join(' ')
}

async function projectCandidates(home: Home): Promise<Candidate[]> {
  const { readRegistry } = await import('../../projects/registry.ts')
  try {
    return readRegistry(home).projects.map(({ name, path }) => ({ value: name, description: path }))
  } catch {
    return []
  }
}

async function notifierCandidates(home: Home): Promise<Candidate[]> {
  const { notifiers } = await configuration(home)
  return notifiers.map(({ name, type }) => ({ value: name, description: type }))
}

/** An invalid configuration is no reason to disturb somebody who types: commands will tell. */
async function configuration(home: Home) {
  const { loadConfig } = await import('../../service/config.ts')
  try {
    return loadConfig(home)
  } catch {
    const { knownAgents } = await import('../../agents/known-agents.ts')
    return { agents: knownAgents, notifiers: [] }
  }
}

async function keyCandidates(): Promise<Candidate[]> {
  const { keyNames } = await import('../../sessions/keys.ts')
  return [...keyNames, 'ctrl-c', 'ctrl-d'].map((value) => ({ value, description: '' }))
}

async function topicCandidates(): Promise<Candidate[]> {
  const { topics } = await import('../help.ts')
  return Object.entries(topics).map(([value, text]) => ({ value, description: firstLine(text) }))
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0]?.replace(/\p{Cc}/gu, ' ') ?? ''
}
