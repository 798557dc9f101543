/** Reads `config.yaml`: agents, tasks, blocker patterns, the terminal, the place of the mailboxes. */
import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { type BlockerPattern, standardPatterns } from '../agents/blocker-pattern.ts'
import { startsOf } from '../agents/known-agents.ts'
import { loadProfiles } from '../agents/load-profiles.ts'
import type { AgentStart } from '../agents/profile-schema.ts'
import type { EscalationSettings } from '../escalation/ladder-rules.ts'
import type { LimitRules } from '../escalation/limits/limit-rules.ts'
import { defaultNotifiers, type NotifierConfig } from '../escalation/notifiers/notifier-config.ts'
import { errorMessage, OrchError, systemErrorCode } from '../lib/errors.ts'
import { expandPath } from '../lib/expand-path.ts'
import type { Home } from '../lib/home.ts'
import { type YamlProblem, yamlProblemText } from '../lib/read-yaml.ts'
import type { ProjectSettings } from '../projects/project-settings.ts'
import type { StuckLimits } from '../sessions/stuck.ts'
import { brokenForm, type LaunchForm, launchForm } from '../tasks/definition/launch-form.ts'
import { TerminalWish } from '../terminal/choose-terminal.ts'
import { checkConfig } from './check-config.ts'
import { ConfigFile } from './config-file.ts'
import type { ServiceSettings } from './memory-watch.ts'

export interface Config {
  terminal: TerminalWish
  /** Undefined when the configuration names none. */
  agent: string | undefined
  agents: Record<string, AgentStart>
  /** As `launch` takes them. */
  tasks: Record<string, LaunchForm>
  patterns: BlockerPattern[]
  standardPatterns: BlockerPattern[]
  stuck: StuckLimits
  escalation: EscalationSettings
  limits: LimitRules
  /** With the agent of the configuration where they name none. */
  projects: ProjectSettings
  service: ServiceSettings
  /** Absolute. */
  comms: string
  notifiers: readonly NotifierConfig[]
  /** Directory of the file, which its relative paths start from. */
  base: string
}

/**
 * The configuration of a home; a missing file is an empty one.
 *
 * @param tolerant whether mistakes in `tasks` and `concurrency` are let pass: a service that starts has sessions to
 *   watch and tasks to adopt, and tells of the mistakes itself
 * @throws {OrchError} `invalid-config` with every problem and where it is.
 */
export function loadConfig(home: Home, env: NodeJS.ProcessEnv = process.env, tolerant = false): Config {
  const text = readText(home.config)
  const problems = checkConfig(text)
  const serious = tolerant ? problems.filter(({ field }) => !isOfTasks(field)) : problems
  if (serious.length > 0) throw invalid(home.config, problems)
  const { tasks, concurrency, ...others } = z.looseObject({}).parse(parse(text) ?? {})
  const areValid = problems.length === 0
  const file = ConfigFile.parse(areValid ? { ...others, tasks, concurrency } : others)
  const base = dirname(home.config)
  return {
    terminal: wish(env['ITERM_ORCH_TERMINAL']) ?? file.terminal ?? 'auto',
    agent: file.agent,
    agents: { ...startsOf(loadProfiles(home.agents).profiles), ...file.agents },
    tasks: areValid ? launchForms(file.tasks, base) : brokenForms(tasks, home.config),
    patterns: file.blockers.patterns,
    standardPatterns: standardPatterns.filter(({ name }) => !file.blockers.without.includes(name)),
    stuck: file.stuck,
    escalation: file.escalation,
    limits: file.limits,
    projects: {
      ...file.projects,
      ...(file.projects.agent === undefined && file.agent !== undefined && { agent: file.agent }),
    },
    service: file.service,
    comms: file.comms ? expandPath(file.comms.root, base, env) : home.comms,
    notifiers: file.notifiers ?? defaultNotifiers,
    base,
  }
}

function isOfTasks(field: string): boolean {
  return /^(?:tasks|concurrency)(?![\w-])/u.test(field)
}

function launchForms(tasks: ConfigFile['tasks'], base: string): Config['tasks'] {
  return Object.fromEntries(
    Object.entries(tasks).map(([name, definition]) => [name, launchForm(name, definition, base)]),
  )
}

function brokenForms(tasks: unknown, file: string): Config['tasks'] {
  const names = typeof tasks === 'object' && tasks !== null ? Object.keys(tasks) : []
  return Object.fromEntries(names.map((name) => [name, brokenForm(file)]))
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return ''
    throw new OrchError('invalid-config', `${path} cannot be read: ${errorMessage(error)}`, { cause: error })
  }
}

function wish(value: string | undefined): TerminalWish | undefined {
  if (value === undefined || value === '') return undefined
  const parsed = TerminalWish.safeParse(value)
  if (parsed.success) return parsed.data
  throw new OrchError('invalid-config', `ITERM_ORCH_TERMINAL is "${value}".`, {
    hint: 'Use iterm2, host or auto.',
  })
}

function invalid(path: string, problems: readonly YamlProblem[]): OrchError {
  const lines = problems.map((problem) => yamlProblemText(path, problem))
  return new OrchError('invalid-config', `${path} is not valid:\n${lines.join('\n')}`, {
    hint: 'docs/configuration.md describes every key; `iterm-orch config check` looks again.',
    details: { problems },
  })
}
