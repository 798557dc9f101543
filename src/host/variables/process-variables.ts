/** Which variables need the process table: it is read on a timer only while someone monitors one of these. */
import type { Layout } from '../layout/layout.ts'
import type { SessionProfiles } from '../profiles/session-profiles.ts'
import { textOf } from '../scripting/evaluate-expression.ts'
import { resolvePath, type Scope } from './scope.ts'
import { TitleComponent } from './session-names.ts'
import type { VariableStore } from './variable-store.ts'

const fromProcessTable = new Set([
  'jobName',
  'jobPid',
  'commandLine',
  'processTitle',
  'deepestJob',
  'foregroundJobAncestors',
  'effective_root_pid',
  'path',
])

/** The name that asks for all variables. */
const everything = '*'

const titlesThatMayUseIt = new Set(['presentationName', 'title', 'titleOverride', 'badge'])

const jobComponents = TitleComponent.job | TitleComponent.workingDirectory | TitleComponent.commandLine

export interface ProcessVariableDeps {
  layout: Layout
  sessionProfiles: SessionProfiles
  store: VariableStore
}

/** The session whose processes must be watched for a path to be fresh; undefined when none. */
export function sessionToWatch(
  from: Scope,
  path: string,
  { layout, sessionProfiles, store }: ProcessVariableDeps,
): string | undefined {
  const found = resolvePath(from, path, layout)
  if (!found) return undefined
  const { scope, name } = found
  const isRead = fromProcessTable.has(name) || (name === everything && scope.kind === 'session')
  if (!isRead && !titlesThatMayUseIt.has(name)) return undefined
  const toSession = {
    app: undefined,
    window: 'currentTab.currentSession',
    tab: 'currentSession',
    session: 'session',
  }
  const way = toSession[scope.kind]
  const session = way && resolvePath(scope, way, layout)?.scope.id
  if (session === undefined || isRead) return session
  const profile = sessionProfiles.of(session)
  const usesJob = (Number(profile['Title Components'] ?? 0) & jobComponents) !== 0
  const template = scope.kind === 'session' ? textOf(profile['Badge Text'] ?? null) : store.givenName(scope)
  return usesJob || template?.includes('\\(') ? session : undefined
}
