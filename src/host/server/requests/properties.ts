/** Properties of windows and sessions, by name. */
import { z } from 'zod'
import {
  type GetPropertyResponse,
  GetPropertyResponseStatus,
  SetPropertyResponseStatus,
} from '../../../messages/iterm2.ts'
import type { RequestHandlers } from '../../handler.ts'
import type { Host } from '../../host.ts'
import { maximumGrid } from '../../layout/pane-size.ts'
import { type HostWindow, windowFrame } from '../../layout/window.ts'
import type { HostSession } from '../../session-types.ts'

const frameSchema = z.object({
  origin: z.object({ x: z.number(), y: z.number() }),
  size: z.object({ width: z.number(), height: z.number() }),
})
const cells = z.int().min(1).max(maximumGrid)
const gridSchema = z.object({ width: cells, height: cells })
const switchSchema = z.union([z.boolean(), z.literal(0), z.literal(1)]).transform(Boolean)

type SetStatus = (typeof SetPropertyResponseStatus)[keyof typeof SetPropertyResponseStatus]
const status = SetPropertyResponseStatus

export function propertyHandlers(host: Host): Pick<RequestHandlers, 'getProperty' | 'setProperty'> {
  const { layout } = host
  return {
    getProperty({ windowId, sessionId, name = '' }) {
      const window = windowId === undefined ? undefined : layout.findWindow(windowId)
      const session = sessionId === undefined ? undefined : host.find(sessionId)
      if (window) return found(readWindow(window, name))
      if (session) return found(readSession(session, name, layout.buriedSessions.includes(session.id)))
      return { status: GetPropertyResponseStatus.INVALID_TARGET }
    },

    setProperty({ windowId, sessionId, name = '', jsonValue = '' }) {
      const value = parseJson(jsonValue)
      if (value === undefined) return { status: status.INVALID_VALUE }
      if (windowId !== undefined) {
        const window = layout.findWindow(windowId)
        return { status: window ? writeWindow(host, window, name, value) : status.INVALID_TARGET }
      }
      const sessions = host.resolve(sessionId ?? '')
      if (!sessions) return { status: status.INVALID_TARGET }
      const results = sessions.map((session) => writeSession(host, session, name, value))
      return { status: results.find((result) => result !== status.OK) ?? status.OK }
    },
  }
}

function found(value: object | boolean | number | undefined): GetPropertyResponse {
  if (value === undefined) return { status: GetPropertyResponseStatus.UNRECOGNIZED_NAME }
  return { status: GetPropertyResponseStatus.OK, jsonValue: JSON.stringify(value) }
}

function readWindow(window: HostWindow, name: string): object | boolean | undefined {
  if (name === 'frame') return windowFrame(window)
  if (name === 'fullscreen') return window.fullscreen
  return undefined
}

function readSession(session: HostSession, name: string, buried: boolean): object | number | undefined {
  // The real size: iTerm2 says one less, which no client can want.
  if (name === 'grid_size') return { width: session.columns, height: session.rows }
  if (name === 'buried') return buried ? 1 : 0
  if (name !== 'number_of_lines') return undefined
  const { overflow, history, grid } = session.lineInfo()
  // Nobody scrolls here: the screen is what is visible.
  return { overflow, grid, history, first_visible: overflow + history }
}

function writeWindow({ layout }: Host, window: HostWindow, name: string, value: unknown): SetStatus {
  if (name === 'frame') {
    const frame = frameSchema.safeParse(value)
    if (!frame.success) return status.INVALID_VALUE
    layout.moveWindow(window, frame.data.origin)
    layout.resizeWindow(window, frame.data.size)
    return status.OK
  }
  if (name === 'fullscreen') {
    const wanted = switchSchema.safeParse(value)
    if (!wanted.success) return status.INVALID_VALUE
    layout.setFullscreen(window, wanted.data)
    return status.OK
  }
  return status.UNRECOGNIZED_NAME
}

function writeSession({ layout }: Host, session: HostSession, name: string, value: unknown): SetStatus {
  if (name === 'buried') {
    const wanted = switchSchema.safeParse(value)
    if (!wanted.success) return status.INVALID_VALUE
    const done = wanted.data ? layout.bury(session.id) : layout.unbury(session.id)
    return done ? status.OK : status.FAILED
  }
  if (name !== 'grid_size') return status.UNRECOGNIZED_NAME
  const grid = gridSchema.safeParse(value)
  if (!grid.success) return status.INVALID_VALUE
  const window = layout.locate(session.id)?.window
  if (!window || window.fullscreen) return status.IMPOSSIBLE
  layout.resizeSession(session.id, { columns: grid.data.width, rows: grid.data.height })
  return status.OK
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
