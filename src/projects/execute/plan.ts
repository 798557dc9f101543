/** How a document is to be done: what it says, else what the configuration says. */
import type { PermissionMode } from '../../agents/headless/headless-shape.ts'
import { OrchError } from '../../lib/errors.ts'
import type { Settings } from '../document.ts'
import type { ProjectSettings } from '../project-settings.ts'

export type Plan = {
  agent: string
  model?: string
  timeoutMs?: number
  worktree: boolean | string
} & ({ mode: 'headless'; permissions?: PermissionMode } | { mode: 'session'; done: string })

export interface PlanDefaults {
  projects: ProjectSettings
  /** Of whoever names none. */
  agent: string
}

/** Without an order of its own, an agent of a session is done when it comes to rest. */
const usualDone = 'idle'

/** @throws {OrchError} `invalid-task` when the document says what its mode has not */
export function planOf(settings: Settings, { projects, agent }: PlanDefaults): Plan {
  const { done, permissions, worktree } = settings
  const mode = settings.mode ?? projects.mode
  const model = settings.model ?? projects.model
  const timeoutMs = settings.timeout ?? projects.timeout
  const common = {
    agent: settings.agent ?? projects.agent ?? agent,
    ...(model === undefined ? {} : { model }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    worktree,
  }
  if (mode === 'headless') {
    if (done !== undefined) throw notOf(mode, 'done')
    const allowed = permissions ?? projects.permissions
    return { ...common, mode, ...(allowed === undefined ? {} : { permissions: allowed }) }
  }
  if (permissions !== undefined) throw notOf(mode, 'permissions')
  return { ...common, mode, done: done ?? usualDone }
}

function notOf(mode: string, key: string): OrchError {
  return new OrchError(
    'invalid-task',
    `The document says ${key}, and config.yaml says \`mode: ${mode}\`, which has none.`,
    {
      hint: `Say the mode in the document, or take ${key} out of it.`,
    },
  )
}
