/** Small services of the application that belong to no window: arrangements, presets, menus, broadcasting. */
import {
  ColorPresetResponseStatus,
  MenuItemResponseStatus,
  SavedArrangementRequestAction,
  SavedArrangementResponseStatus,
  SetBroadcastDomainsResponseStatus,
} from '../../messages/iterm2.ts'
import type { Requester } from '../api-types.ts'
import { call, requireOk } from '../call.ts'
import { requireFeature } from '../features.ts'
import { type Color, decodeColorSpace } from './color.ts'

/** Saves all windows, or one, under a name. */
export async function saveArrangement(requester: Requester, name: string, window?: string): Promise<void> {
  await arrangement(requester, 'save the arrangement', SavedArrangementRequestAction.SAVE, name, window)
}

/** Restores the windows saved under a name, or opens them as tabs in a window. */
export async function restoreArrangement(requester: Requester, name: string, window?: string): Promise<void> {
  await arrangement(requester, 'restore the arrangement', SavedArrangementRequestAction.RESTORE, name, window)
}

/** Names of the saved arrangements. */
export async function listArrangements(requester: Requester): Promise<string[]> {
  requireFeature(requester, 'list-arrangements')
  const reply = await arrangement(requester, 'list the arrangements', SavedArrangementRequestAction.LIST)
  return reply.names ?? []
}

async function arrangement(
  requester: Requester,
  what: string,
  action: SavedArrangementRequestAction,
  name?: string,
  window?: string,
) {
  const reply = await call(requester, 'savedArrangement', {
    action,
    ...(name === undefined ? {} : { name }),
    ...(window === undefined ? {} : { windowId: window }),
  })
  requireOk(what, reply.status, SavedArrangementResponseStatus)
  return reply
}

/** Groups of sessions that receive the same typing. */
export async function getBroadcastDomains(requester: Requester): Promise<string[][]> {
  const reply = await call(requester, 'getBroadcastDomains', {})
  return (reply.broadcastDomains ?? []).map((domain) => domain.sessionIds ?? [])
}

/** Replaces all groups of all windows. A group lies within one window, a session in one group at most. */
export async function setBroadcastDomains(
  requester: Requester,
  domains: readonly (readonly string[])[],
): Promise<void> {
  const broadcastDomains = domains.map((sessionIds) => ({ sessionIds: [...sessionIds] }))
  const reply = await call(requester, 'setBroadcastDomains', { broadcastDomains })
  requireOk('set the broadcast domains', reply.status, SetBroadcastDomainsResponseStatus)
}

export async function listColorPresets(requester: Requester): Promise<string[]> {
  const reply = await call(requester, 'colorPreset', { listPresets: {} })
  requireOk('list the colour presets', reply.status, ColorPresetResponseStatus)
  return reply.listPresets?.name ?? []
}

/** The colours of a preset by profile key, such as `Background Color`. */
export async function readColorPreset(requester: Requester, name: string): Promise<Map<string, Color>> {
  const reply = await call(requester, 'colorPreset', { getPreset: { name } })
  requireOk('read the colour preset', reply.status, ColorPresetResponseStatus)
  return new Map(
    (reply.getPreset?.colorSettings ?? []).map((setting) => [
      setting.key ?? '',
      {
        red: setting.red ?? 0,
        green: setting.green ?? 0,
        blue: setting.blue ?? 0,
        alpha: setting.alpha ?? 1,
        space: decodeColorSpace(setting.colorSpace),
      },
    ]),
  )
}

export interface MenuItemState {
  checked: boolean
  enabled: boolean
}

/** Chooses a menu item by its identifier, such as `Select Split Pane.Next Pane`; gives its state before. */
export function selectMenuItem(requester: Requester, identifier: string): Promise<MenuItemState> {
  return menuItem(requester, identifier, false)
}

/** Whether a menu item is ticked and can be chosen. */
export function getMenuItemState(requester: Requester, identifier: string): Promise<MenuItemState> {
  return menuItem(requester, identifier, true)
}

async function menuItem(
  requester: Requester,
  identifier: string,
  queryOnly: boolean,
): Promise<MenuItemState> {
  const reply = await call(requester, 'menuItem', { identifier, queryOnly })
  requireOk(`use the menu item "${identifier}"`, reply.status, MenuItemResponseStatus)
  return { checked: reply.checked ?? false, enabled: reply.enabled ?? false }
}
