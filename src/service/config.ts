/** Reads `config.yaml`: agents, tasks, blocker patterns, the terminal, the place of the mailboxes. */
import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { parse, YAMLParseError } from 'yaml'
import { z } from 'zod'
import { BlockerPattern, compilePattern, standardPatterns } from '../agents/blocker-pattern.ts'
import { startsOf } from '../agents/known-agents.ts'
import { loadProfiles } from '../agents/load-profiles.ts'
import { AgentStart } from '../agents/profile-schema.ts'
import { EscalationSettings } from '../escalation/ladder-rules.ts'
import {
  defaultNotifiers,
  type NotifierConfig,
  NotifierConfigs,
} from '../escalation/notifiers/notifier-config.ts'
import { errorMessage, OrchError, systemErrorCode } from '../lib/errors.ts'
import { expandPath } from '../lib/expand-path.ts'
import type { Home } from '../lib/home.ts'
import { StuckLimits } from '../sessions/stuck.ts'
import { TaskEntry } from '../sessions/task.ts'
import { TerminalWish } from '../terminal/choose-terminal.ts'

const ConfigFile = z.strictObject({
  /** Which terminal to use; `ITERM_ORCH_TERMINAL` goes first. */
  terminal: TerminalWish.optional(),
  /** Agent of a launch that names none. */
  agent: z.string().optional(),
  /** More agents, or others in place of the known ones. */
  agents: z.record(z.string(), AgentStart).default({}),
  tasks: z.record(z.string(), TaskEntry).default({}),
  blockers: z
    .strictObject({
      /** Looked for before the standard ones. */
      patterns: z.array(BlockerPattern).default([]),
      /** Names of standard patterns that are not wanted. */
      without: z.array(z.string()).default([]),
    })
    .prefault({}),
  /** After how many minutes a session counts as stuck, for each way of being it. */
  stuck: StuckLimits.prefault({}),
  comms: z.strictObject({ root: z.string() }).optional(),
  /** The ways to tell people; an empty list tells nobody. */
  notifiers: NotifierConfigs.optional(),
  /** Who is asked in which order, and how long each has. */
  escalation: EscalationSettings.prefault({}),
})

export interface Config {
  terminal: TerminalWish
  /** Undefined when the configuration names none. */
  agent: string | undefined
  agents: Record<string, AgentStart>
  tasks: Record<string, TaskEntry>
  patterns: BlockerPattern[]
  standardPatterns: BlockerPattern[]
  stuck: StuckLimits
  escalation: EscalationSettings
  /** Absolute. */
  comms: string
  notifiers: readonly NotifierConfig[]
  /** Directory of the file, which its relative paths start from. */
  base: string
}

/**
 * The configuration of a home; a missing file is an empty one.
 *
 * @throws {OrchError} `invalid-config` with every problem and where it is.
 */
export function loadConfig(home: Home, env: NodeJS.ProcessEnv = process.env): Config {
  const parsed = ConfigFile.safeParse(readYaml(home.config) ?? {})
  if (!parsed.success) throw invalid(home.config, z.prettifyError(parsed.error))
  const file = parsed.data
  for (const pattern of file.blockers.patterns) assertCompiles(home.config, pattern)
  const base = dirname(home.config)
  return {
    terminal: wish(env['ITERM_ORCH_TERMINAL']) ?? file.terminal ?? 'auto',
    agent: file.agent,
    agents: { ...startsOf(loadProfiles(home.agents).profiles), ...file.agents },
    tasks: file.tasks,
    patterns: file.blockers.patterns,
    standardPatterns: standardPatterns.filter(({ name }) => !file.blockers.without.includes(name)),
    stuck: file.stuck,
    escalation: file.escalation,
    comms: file.comms ? expandPath(file.comms.root, base, env) : home.comms,
    notifiers: file.notifiers ?? defaultNotifiers,
    base,
  }
}

function readYaml(path: string): unknown {
  try {
    return parse(readFileSync(path, 'utf8'))
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined
    if (error instanceof YAMLParseError) throw invalid(path, error.message)
    throw new OrchError('invalid-config', `${path} cannot be read: ${errorMessage(error)}`, { cause: error })
  }
}

function assertCompiles(path: string, pattern: BlockerPattern): void {
  try {
    compilePattern(pattern)
  } catch (error) {
    throw invalid(
      path,
      `the blocker pattern "${pattern.name}" is no regular expression: ${errorMessage(error)}`,
    )
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

function invalid(path: string, problem: string): OrchError {
  return new OrchError('invalid-config', `${path} is not valid:\n${problem}`, {
    hint: 'docs/configuration.md describes every key.',
  })
}
