/** Requests that make no sense without windows on a screen, with the refusals that the API has for them. */
import {
  MenuItemResponseStatus,
  RegisterToolResponseStatus,
  ScreenshotResponseStatus,
  StatusBarComponentResponseStatus,
  TmuxResponseStatus,
} from '../../../messages/iterm2.ts'
import type { RequestHandlers } from '../../handler.ts'
import type { Host } from '../../host.ts'

type Unsupported = 'menuItem' | 'registerTool' | 'screenshot' | 'statusBarComponent' | 'tmux'

export function unsupportedHandlers(host: Host): Pick<RequestHandlers, Unsupported> {
  return {
    menuItem: () => ({ status: MenuItemResponseStatus.BAD_IDENTIFIER, checked: false, enabled: false }),

    registerTool({ name, identifier, URL: url = '' }) {
      const complete = name && identifier && URL.canParse(url) && new URL(url).host !== ''
      const { PERMISSION_DENIED, REQUEST_MALFORMED } = RegisterToolResponseStatus
      return { status: complete ? PERMISSION_DENIED : REQUEST_MALFORMED }
    },

    screenshot({ session = '' }) {
      const { INTERNAL_ERROR, SESSION_NOT_FOUND } = ScreenshotResponseStatus
      return { status: host.find(session) ? INTERNAL_ERROR : SESSION_NOT_FOUND }
    },

    statusBarComponent({ openPopover }) {
      const status = StatusBarComponentResponseStatus
      if (!openPopover) return { status: status.REQUEST_MALFORMED }
      const known = host.find(openPopover.sessionId ?? '')
      return { status: known ? status.INVALID_IDENTIFIER : status.SESSION_NOT_FOUND }
    },

    /** There are never tmux connections to list. */
    tmux({ listConnections, sendCommand, setWindowVisible, createWindow }) {
      if (listConnections) return { status: TmuxResponseStatus.OK, listConnections: { connections: [] } }
      const named = sendCommand ?? setWindowVisible ?? createWindow
      return { status: named ? TmuxResponseStatus.INVALID_CONNECTION_ID : TmuxResponseStatus.INVALID_REQUEST }
    },
  }
}
