/** The scripting half of the host, put together: variables, profiles, functions and documents. */
import { join } from 'node:path'
import type { Logger } from '../../lib/logger.ts'
import {
  type NotificationRequest,
  NotificationResponseStatus,
  NotificationType,
} from '../../messages/iterm2.ts'
import { savedArrangementHandler } from '../documents/arrangements.ts'
import { BroadcastDomains, broadcastHandlers } from '../documents/broadcast-domains.ts'
import { Selections, selectionHandler } from '../documents/selections.ts'
import type { HostConnection, RequestHandlers } from '../handler.ts'
import type { Host } from '../host.ts'
import { colorPresetHandler } from '../profiles/color-presets.ts'
import { preferencesHandler } from '../profiles/preferences.ts'
import { profileHandlers } from '../profiles/profile-handlers.ts'
import type { Profile } from '../profiles/profile-keys.ts'
import type { ProfileStore } from '../profiles/profile-store.ts'
import type { SessionProfiles } from '../profiles/session-profiles.ts'
import { SessionPlanError } from '../session-launch.ts'
import type { HostSession } from '../session-types.ts'
import { sessionToWatch } from '../variables/process-variables.ts'
import { appScope } from '../variables/scope.ts'
import { variableHandler } from '../variables/variable-handler.ts'
import { VariableMonitors } from '../variables/variable-monitors.ts'
import { VariableStore } from '../variables/variable-store.ts'
import { applyLayoutFunction, type NewSessionOrder } from './apply-layout.ts'
import { basicFunctions, unsupportedFunctions } from './basic-functions.ts'
import { evaluateExpression, textOf } from './evaluate-expression.ts'
import { EvaluationError } from './expression.ts'
import { FunctionRegistry } from './function-registry.ts'
import { invokeFunctionHandler } from './invoke-function.ts'
import { layoutFunctions } from './layout-functions.ts'
import { parseTemplate } from './parse-expression.ts'
import { ScriptFunctions } from './script-functions.ts'
import { TitleProvider } from './title-provider.ts'

export interface ScriptingDeps {
  host: Host
  profiles: ProfileStore
  sessionProfiles: SessionProfiles
  /** Directory of `host-preferences.json` and `host-arrangements.json`. */
  stateDirectory: string
  log: Logger
}

export type ScriptingHandlers = Pick<
  RequestHandlers,
  | 'variable'
  | 'invokeFunction'
  | 'serverOriginatedRpcResult'
  | 'getProfileProperty'
  | 'setProfileProperty'
  | 'listProfiles'
  | 'preferences'
  | 'colorPreset'
  | 'selection'
  | 'getBroadcastDomains'
  | 'setBroadcastDomains'
  | 'savedArrangement'
>

export interface Scripting {
  handlers: ScriptingHandlers
  /** Who else receives what is typed into a session; its changes are for subscribers. */
  broadcast: BroadcastDomains
  /** Answers subscriptions to variables and registrations of functions. */
  subscribe(request: NotificationRequest, connection: HostConnection): NotificationResponseStatus
  /** The name of a session as ListSessions shows it. */
  titleOf(session: string): string
  /** Evaluates `\(…)` in a text, in the scope of the application. @throws when it is malformed or fails. */
  interpolate(template: string): Promise<string>
}

/** Must be made before the first session is opened: it follows every session from its start. */
export function createScripting(deps: ScriptingDeps): Scripting {
  const { host, profiles, sessionProfiles, stateDirectory, log } = deps
  const { layout } = host
  // A scope is one session for good, whichever has the focus.
  const findSession = (id: string) => (id === 'active' ? undefined : host.find(id))
  const resolveSessions = (id: string) => host.resolve(id)?.map((session) => session.id)

  const broadcast = new BroadcastDomains()
  const selections = new Selections()
  const store = new VariableStore({ layout, findSession, sessionProfiles, selections, broadcast })
  const monitors = new VariableMonitors(store, { layout, findSession, sessionProfiles })
  const scripts = new ScriptFunctions()
  const titles = new TitleProvider({ scripts, store, monitors, sessionProfiles, log })
  const functions = new FunctionRegistry({
    builtins: [
      ...basicFunctions({ layout, store, sessionProfiles }),
      ...layoutFunctions(layout),
      applyLayoutFunction({
        layout,
        openSession: (order) => openSession(order, host, profiles),
        closeSession: (id) => host.closeSession(id),
      }),
    ],
    unsupported: unsupportedFunctions,
    scripts,
    store,
  })

  host.on('new-session', (session) => {
    followSession(session, store)
    titles.follow(session.id)
  })
  host.on('session-closed', (id) => {
    titles.forget(id)
    broadcast.forget(id)
    selections.forget(id)
    store.forgetClosed()
    monitors.refreshPlaces()
  })
  host.on('layout', () => store.forgetClosed())
  sessionProfiles.on('change', (id) => monitors.touch({ kind: 'session', id }))
  selections.on('change', (id) => monitors.touch({ kind: 'session', id }))
  broadcast.on('change', () => monitors.refresh())

  return {
    handlers: {
      variable: variableHandler({
        store,
        resolveSessions,
        freshen: (scope, paths) => {
          const ids = new Set(
            paths.map((path) => sessionToWatch(scope, path, { layout, sessionProfiles, store })),
          )
          const samples = [...ids].flatMap((id) => findSession(id ?? '')?.sampleProcess() ?? [])
          return samples.length === 0 ? undefined : Promise.all(samples).then(() => {})
        },
        tabIds: () => layout.windows.flatMap(({ tabs }) => tabs.map((tab) => String(tab.id))),
      }),
      invokeFunction: invokeFunctionHandler({ functions, store, resolveSession: (id) => host.find(id)?.id }),
      serverOriginatedRpcResult: scripts.handleResult,
      ...profileHandlers({ store: profiles, sessionProfiles, resolveSessions }),
      preferences: preferencesHandler(join(stateDirectory, 'host-preferences.json'), profiles, log),
      colorPreset: colorPresetHandler(),
      selection: selectionHandler(selections, (id) => host.find(id)),
      ...broadcastHandlers(broadcast, (id) => layout.locate(id)?.window.id),
      savedArrangement: savedArrangementHandler(
        join(stateDirectory, 'host-arrangements.json'),
        { host, profiles, sessionProfiles, store },
        log,
      ),
    },
    broadcast,
    subscribe(request, connection) {
      if (request.notificationType === NotificationType.NOTIFY_ON_VARIABLE_CHANGE) {
        return monitors.subscribe(request, connection)
      }
      if (request.notificationType === NotificationType.NOTIFY_ON_SERVER_ORIGINATED_RPC) {
        return scripts.subscribe(request, connection)
      }
      return NotificationResponseStatus.REQUEST_MALFORMED
    },
    titleOf: (id) => textOf(store.get({ kind: 'session', id }, 'name')),
    async interpolate(template) {
      const text = await evaluateExpression(
        { kind: 'string', parts: parseTemplate(template) },
        {
          lookup: (path) => store.get(appScope, path),
          call: (name, values) => functions.call(name, values, appScope),
        },
      )
      return textOf(text)
    },
  }
}

function followSession(session: HostSession, store: VariableStore): void {
  const { id } = session
  session.on('variable', (name) => store.sessionTouched(id, name))
  session.on('resize', () => {
    store.sessionTouched(id, 'columns')
    store.sessionTouched(id, 'rows')
  })
}

async function openSession(order: NewSessionOrder, host: Host, profiles: ProfileStore): Promise<string> {
  const { profile: name, command, windowId } = order
  const profile = name === undefined ? profiles.defaultProfile : profiles.findByName(name)
  if (!profile) throw new EvaluationError(`There is no profile ${name}`)
  const changes: Profile = command === undefined ? {} : { 'Custom Command': 'Yes', Command: command }
  const placement = { kind: 'tab', windowId, select: false } as const
  try {
    const session = await host.openSession({ profile: String(profile['Guid']), changes, placement })
    if (session) return session.id
  } catch (error) {
    if (!(error instanceof SessionPlanError)) throw error
    throw new EvaluationError(error.message)
  }
  throw new EvaluationError(`There is no window ${windowId}`)
}
