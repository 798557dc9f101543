/** What holds for a document: what it says itself, else what is said of its project, else what config.yaml says. Pure. */
import { defaultAgent } from '../agents/known-agents.ts'
import type { Plan } from './run/plan.ts'
import type { WorkKey, WorkSettings } from './work-settings.ts'

/** The more special one goes first. */
const levels = ['document', 'project', 'config'] as const
export type Level = (typeof levels)[number]

export type SaidSettings = Partial<Record<Level, WorkSettings>>

interface InForce<T> {
  value: T
  from: Level | 'default'
  /** Why it means nothing beside the others. */
  unused?: string
}

export type SettingsInForce = { [K in WorkKey]?: InForce<NonNullable<WorkSettings[K]>> }

export function planOf(said: SaidSettings): Plan {
  const { mode, agent, model, permissions, timeout, retries, worktree, done, prompt } = settingsInForce(said)
  const used = <T>(setting: InForce<T> | undefined) =>
    setting?.unused === undefined ? setting?.value : undefined
  const [named, allowed, finished] = [used(model), used(permissions), used(done)]
  return {
    mode: mode?.value ?? defaults.mode,
    agent: agent?.value ?? defaults.agent,
    retries: retries?.value ?? defaults.retries,
    worktree: worktree?.value ?? defaults.worktree,
    ...(named === undefined ? {} : { model: named }),
    ...(allowed === undefined ? {} : { permissions: allowed }),
    ...(finished === undefined ? {} : { done: finished }),
    ...(timeout === undefined ? {} : { timeoutMs: timeout.value }),
    ...(prompt === undefined ? {} : { prompt: prompt.value }),
  }
}

/** Without an order of its own, an agent of a session is done when it comes to rest. */
const defaults = { mode: 'headless', agent: defaultAgent, retries: 0, worktree: false, done: 'idle' } as const

/** Everything that is said of how to work, or holds without, with where it is said; for a project without a document. */
export function settingsInForce(said: SaidSettings): SettingsInForce {
  const first = <K extends WorkKey>(key: K) => firstOf(said, key)
  const mode = impliedMode(said.document) ?? first('mode') ?? byDefault(defaults.mode)
  const agent = first('agent') ?? byDefault(defaults.agent)
  const isSession = mode.value === 'session'
  const [model, permissions] = [first('model'), first('permissions')]
  const done = first('done') ?? (isSession ? byDefault(defaults.done) : undefined)
  const others = { timeout: first('timeout'), prompt: first('prompt') }
  return defined({
    ...{ mode, agent },
    model: model && unless(model, whyNotModel(said, model, agent)),
    permissions: permissions && unless(permissions, isSession ? 'in a session the agent asks' : undefined),
    done: done && unless(done, isSession ? undefined : 'a headless agent is done when its program ends'),
    retries: first('retries') ?? byDefault(defaults.retries),
    worktree: first('worktree') ?? byDefault(defaults.worktree),
    ...others,
  })
}

function firstOf<K extends WorkKey>(
  said: SaidSettings,
  key: K,
): InForce<NonNullable<WorkSettings[K]>> | undefined {
  for (const from of levels) {
    const value = said[from]?.[key]
    if (value !== undefined) return { value, from }
  }
  return undefined
}

function byDefault<T>(value: T): InForce<T> {
  return { value, from: 'default' }
}

/** Who says in a document what only one mode has means that mode, whatever is usual for others. */
function impliedMode(document: WorkSettings | undefined): SettingsInForce['mode'] {
  if (document === undefined || document.mode !== undefined) return undefined
  if (document.permissions !== undefined) return { value: 'headless', from: 'document' }
  return document.done === undefined ? undefined : { value: 'session', from: 'document' }
}

/** A model belongs to an agent: one that was chosen for another agent says nothing of this one. */
function whyNotModel(said: SaidSettings, model: InForce<string>, agent: InForce<string>): string | undefined {
  const places: readonly string[] = levels
  const general = levels.slice(places.indexOf(model.from))
  const its = general.map((level) => said[level]?.agent).find((name) => name !== undefined) ?? defaults.agent
  return its === agent.value ? undefined : `it was chosen for ${its}`
}

function unless<T>(setting: InForce<T>, unused: string | undefined): InForce<T> {
  return unused === undefined ? setting : { ...setting, unused }
}

/** Without what is undefined. */
function defined<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> }
}
