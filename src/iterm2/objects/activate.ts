import { type ActivateRequest, ActivateResponseStatus } from '../../messages/iterm2.ts'
import type { Requester } from '../api-types.ts'
import { call, requireOk } from '../call.ts'

export interface ActivateOptions {
  /** Also bring the window to the front; true unless told otherwise. */
  orderWindowFront?: boolean
  /** Also make iTerm2 the active application. */
  activateApp?: boolean
}

/** What to select: a session with its tab, a tab, a window, or only the application. */
export type ActivateTarget = { session: string } | { tab: string } | { window: string } | 'app'

export async function activate(
  requester: Requester,
  target: ActivateTarget,
  options: ActivateOptions & { raiseAllWindows?: boolean } = {},
): Promise<void> {
  const payload: ActivateRequest = encodeTarget(target)
  if (target !== 'app') payload.orderWindowFront = options.orderWindowFront ?? true
  if (options.activateApp || target === 'app') {
    payload.activateApp = { raiseAllWindows: options.raiseAllWindows ?? false, ignoringOtherApps: true }
  }
  const reply = await call(requester, 'activate', payload)
  requireOk('bring it to the front', reply.status, ActivateResponseStatus)
}

function encodeTarget(target: ActivateTarget): ActivateRequest {
  if (target === 'app') return {}
  if ('session' in target) return { sessionId: target.session, selectTab: true, selectSession: true }
  if ('tab' in target) return { tabId: target.tab, selectTab: true }
  return { windowId: target.window }
}
