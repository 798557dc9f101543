/** The functions that move sessions and tabs, and the focus between panes. */
import type { Layout } from '../layout/layout.ts'
import { measureTree } from '../layout/pane-size.ts'
import type { PaneNode } from '../layout/pane-tree.ts'
import type { HostWindow, SessionPlace } from '../layout/window.ts'
import {
  booleanArgument,
  optionalInteger,
  optionalString,
  receiverOf,
  stringArgument,
} from './argument-checks.ts'
import { EvaluationError } from './expression.ts'
import type { BuiltinFunction } from './function-registry.ts'

export function layoutFunctions(layout: Layout): BuiltinFunction[] {
  return [
    {
      name: 'iterm2.select_pane_in_direction',
      required: ['direction'],
      call(values, scope) {
        const found = layout.findTab(receiverOf(scope, 'tab'))
        const direction = stringArgument(values, 'direction')
        if (!isDirection(direction)) throw new EvaluationError(`There is no direction ${direction}`)
        const neighbour = found && paneInDirection(found.tab.root, found.tab.activeSession, direction)
        if (neighbour !== undefined) layout.selectSession(neighbour)
        return neighbour ?? null
      },
    },
    {
      name: 'iterm2.move_session',
      required: ['session', 'destination', 'vertical', 'before'],
      call(values) {
        const session = stringArgument(values, 'session')
        const destination = stringArgument(values, 'destination')
        const place = {
          vertical: booleanArgument(values, 'vertical'),
          before: booleanArgument(values, 'before'),
        }
        placeOf(session, layout)
        placeOf(destination, layout)
        if (session === destination) throw new EvaluationError('A session cannot be moved beside itself')
        if (!layout.canSplit(destination, place.vertical)) {
          throw new EvaluationError('The destination is too small to be split')
        }
        layout.detach(session)
        layout.splitPane(destination, session, place)
        return null
      },
    },
    {
      name: 'iterm2.move_session_to_new_tab',
      required: ['session'],
      optional: ['window_id', 'tab_index'],
      call(values) {
        const session = stringArgument(values, 'session')
        const source = placeOf(session, layout)
        const windowId = optionalString(values, 'window_id')
        const window = windowId === undefined ? source.window : layout.findWindow(windowId)
        if (!window) throw new EvaluationError(`There is no window ${windowId}`)
        return moveToTab(session, source, window, optionalInteger(values, 'tab_index'), layout)
      },
    },
    {
      name: 'iterm2.move_session_to_new_window',
      required: ['session'],
      call(values) {
        const session = stringArgument(values, 'session')
        const { tab } = placeOf(session, layout)
        if (tab.root.kind === 'pane') return moveTab(String(tab.id), layout)
        const size = measureTree(tab.root)
        layout.detach(session)
        return layout.openWindow(session, size).window.id
      },
    },
    {
      name: 'iterm2.move_tab_to_window',
      required: [],
      call: (_, scope) => moveTab(receiverOf(scope, 'tab'), layout),
    },
  ]
}

function placeOf(session: string, layout: Layout): SessionPlace {
  const place = layout.locate(session)
  if (!place) throw new EvaluationError(`There is no session ${session} in a window`)
  return place
}

/** A session that has its tab to itself takes it along. Gives the id of the tab. */
function moveToTab(
  session: string,
  source: SessionPlace,
  window: HostWindow,
  index: number | undefined,
  layout: Layout,
): string {
  const alone = source.tab.root.kind === 'pane'
  if (!alone) layout.detach(session)
  const tab = alone ? source.tab : layout.openTab(window, session)
  if (source.window !== window || index !== undefined) {
    layout.moveTab(tab, window, index ?? window.tabs.length)
  }
  return String(tab.id)
}

function moveTab(id: string, layout: Layout): string {
  const found = layout.findTab(id)
  const window = found && layout.moveTabToNewWindow(found.tab)
  if (!window) throw new EvaluationError(`There is no tab ${id}`)
  return window.id
}

const directions = ['left', 'right', 'above', 'below'] as const
type Direction = (typeof directions)[number]

function isDirection(text: string): text is Direction {
  return directions.some((direction) => direction === text)
}

interface Rectangle {
  session: string
  left: number
  top: number
  right: number
  bottom: number
}

/** The pane that borders on the active one; of several, the one that shares the longest edge. */
function paneInDirection(root: PaneNode, active: string, direction: Direction): string | undefined {
  const all = rectanglesOf(root, 0, 0)
  const own = all.find(({ session }) => session === active)
  if (!own) return undefined
  const candidates = all
    .filter((other) => borders(own, other, direction))
    .sort((one, other) => sharedEdge(own, other, direction) - sharedEdge(own, one, direction))
  return candidates[0]?.session
}

function rectanglesOf(node: PaneNode, left: number, top: number): Rectangle[] {
  if (node.kind === 'pane') {
    const { session, columns, rows } = node
    return [{ session, left, top, right: left + columns, bottom: top + rows }]
  }
  let offset = 0
  return node.children.flatMap((child) => {
    const found = rectanglesOf(child, left + (node.vertical ? offset : 0), top + (node.vertical ? 0 : offset))
    const size = measureTree(child)
    // One cell for the divider.
    offset += (node.vertical ? size.columns : size.rows) + 1
    return found
  })
}

function borders(own: Rectangle, other: Rectangle, direction: Direction): boolean {
  const touching = {
    left: other.right + 1 === own.left,
    right: other.left === own.right + 1,
    above: other.bottom + 1 === own.top,
    below: other.top === own.bottom + 1,
  }
  return touching[direction] && sharedEdge(own, other, direction) > 0
}

function sharedEdge(own: Rectangle, other: Rectangle, direction: Direction): number {
  const sideways = direction === 'left' || direction === 'right'
  return sideways
    ? Math.min(own.bottom, other.bottom) - Math.max(own.top, other.top)
    : Math.min(own.right, other.right) - Math.max(own.left, other.left)
}
