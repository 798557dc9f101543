/** Opens sessions: in a new window, a new tab, or beside another session. */
import type { Logger } from '../../../lib/logger.ts'
import {
  CreateTabResponseStatus,
  type ProfileProperty,
  SplitPaneRequestSplitDirection,
  SplitPaneResponseStatus,
} from '../../../messages/iterm2.ts'
import type { RequestHandlers } from '../../handler.ts'
import type { Host, SessionPlacement } from '../../host.ts'
import { profileChanges } from '../../profiles/profile-handlers.ts'
import type { Profile } from '../../profiles/profile-keys.ts'
import type { ProfileStore } from '../../profiles/profile-store.ts'
import { SessionPlanError } from '../../session-launch.ts'
import type { HostSession } from '../../session-types.ts'

export interface OpenDeps {
  host: Host
  store: ProfileStore
  log: Logger
}

export function openHandlers(deps: OpenDeps): Pick<RequestHandlers, 'createTab' | 'splitPane'> {
  const { host } = deps
  return {
    async createTab({
      profileName,
      windowId,
      tabIndex,
      customProfileProperties = [],
      selectTab: select = true,
    }) {
      const status = CreateTabResponseStatus
      const profile = findProfile(deps, profileName)
      if (!profile) return { status: status.INVALID_PROFILE_NAME }
      if (windowId !== undefined && !host.layout.findWindow(windowId))
        return { status: status.INVALID_WINDOW_ID }
      const placement: SessionPlacement =
        windowId === undefined ? { kind: 'window', select } : { kind: 'tab', windowId, select }
      const session = await open(deps, profile, customProfileProperties, placement)
      const place = session instanceof Error || !session ? undefined : host.layout.locate(session.id)
      if (session instanceof Error) return { status: status.MISSING_SUBSTITUTION }
      if (!session || !place) return { status: status.INVALID_WINDOW_ID }
      const { window, tab } = place
      const movable = tabIndex === undefined || tabIndex < window.tabs.length
      if (tabIndex !== undefined && movable) host.layout.moveTab(tab, window, tabIndex)
      return {
        status: movable ? status.OK : status.INVALID_TAB_INDEX,
        windowId: window.id,
        tabId: tab.id,
        sessionId: session.id,
      }
    },

    async splitPane({
      session = '',
      splitDirection,
      before = false,
      profileName,
      customProfileProperties = [],
    }) {
      const status = SplitPaneResponseStatus
      const targets = host.resolve(session)?.filter((target) => host.layout.locate(target.id))
      if (!targets || targets.length === 0) return { status: status.SESSION_NOT_FOUND, sessionId: [] }
      const profile = findProfile(deps, profileName)
      if (!profile) return { status: status.INVALID_PROFILE_NAME, sessionId: [] }
      if (!profileChanges(customProfileProperties)) {
        return { status: status.MALFORMED_CUSTOM_PROFILE_PROPERTY, sessionId: [] }
      }
      const vertical = (splitDirection ?? 0) === SplitPaneRequestSplitDirection.VERTICAL
      const sessionId: string[] = []
      for (const { id: target } of targets) {
        const placement: SessionPlacement = { kind: 'split', target, vertical, before, select: true }
        const opened = await open(deps, profile, customProfileProperties, placement)
        if (opened && !(opened instanceof Error)) sessionId.push(opened.id)
      }
      return { status: sessionId.length === targets.length ? status.OK : status.CANNOT_SPLIT, sessionId }
    },
  }
}

function findProfile({ store }: OpenDeps, name: string | undefined): Profile | undefined {
  return name === undefined ? store.defaultProfile : store.findByName(name)
}

/** The session, nothing when there is no room for it, or the error that says why it cannot be started. */
async function open(
  { host, log }: OpenDeps,
  profile: Profile,
  properties: ProfileProperty[],
  placement: SessionPlacement,
): Promise<HostSession | SessionPlanError | undefined> {
  try {
    const changes = profileChanges(properties)
    if (!changes) throw new SessionPlanError('A custom profile property is not JSON, or of the wrong type')
    return await host.openSession({ profile: String(profile['Guid']), changes, placement })
  } catch (error) {
    if (!(error instanceof SessionPlanError)) throw error
    log.warn({ problem: error.message }, 'a session could not be opened')
    return error
  }
}
