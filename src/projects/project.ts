import { accessSync, constants, statSync } from 'node:fs'
import { isAbsolute } from 'node:path'
import { z } from 'zod'
import { errorMessage, OrchError, systemErrorCode } from '../lib/errors.ts'
import { expandPath } from '../lib/expand-path.ts'
import { WorkSettings } from './work-settings.ts'

/** What `registered.json` says of one project; whatever else stands there is kept. */
export const ProjectEntry = z.looseObject({
  path: z
    .string()
    .refine((path) => isAbsolute(path) || path.startsWith('~/'), 'must be an absolute path')
    .transform((path) => expandPath(path, '/')),
  enabled: z.boolean().default(true),
  registered_at: z.string().optional(),
  /** What holds for its documents where they do not say it. */
  settings: WorkSettings.optional(),
})
export type ProjectEntry = z.infer<typeof ProjectEntry>

/** `missing`: moved, deleted, or on a disk that is not mounted. It is there again as soon as its directory is. */
export type ProjectState = 'ready' | 'disabled' | 'missing' | 'unreadable'

export interface Project {
  name: string
  path: string
  enabled: boolean
  registeredAt: string | undefined
  /** What was set for its documents. */
  settings: WorkSettings
  state: ProjectState
  /** Why it is in that state. */
  reason: string
}

/** A project as it is now, on this disk. */
export function toProject(
  name: string,
  { path, enabled, registered_at, settings = {} }: ProjectEntry,
): Project {
  return { name, path, enabled, registeredAt: registered_at, settings, ...stateOf(path, enabled) }
}

/** In UTF-16 units. */
export const mostNameLength = 64

/** @throws {OrchError} `bad-name`: names are typed in commands and stand in logs. */
export function parseProjectName(name: string): string {
  if (isProjectName(name)) return name
  throw new OrchError('bad-name', `${JSON.stringify(name)} is no name for a project.`, {
    hint: 'Use letters, digits, `-`, `_` and `.`, at most 64, and a letter or a digit first.',
  })
}

export function isProjectName(name: string): boolean {
  return name.length <= mostNameLength && /^[\p{L}\p{N}][\p{L}\p{N}\p{M}._-]*$/u.test(name)
}

/** What a project is whose directory the system refuses to show, with this error. */
export function withoutDirectory(error: unknown): { state: 'missing' | 'unreadable'; reason: string } {
  const code = systemErrorCode(error)
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return { state: 'missing', reason: 'its directory is not there: moved, deleted, or not mounted' }
  return { state: 'unreadable', reason: `its directory cannot be looked at (${code ?? errorMessage(error)})` }
}

function stateOf(path: string, enabled: boolean): Pick<Project, 'state' | 'reason'> {
  try {
    if (!statSync(path).isDirectory()) return { state: 'missing', reason: `${path} is no directory` }
    accessSync(path, constants.R_OK | constants.X_OK)
  } catch (error) {
    return withoutDirectory(error)
  }
  if (!enabled) return { state: 'disabled', reason: 'it was disabled' }
  return { state: 'ready', reason: 'its directory is there' }
}
