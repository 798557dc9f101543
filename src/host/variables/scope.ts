/** Whose variables are meant, and how paths lead from one scope to another. */
import type { Layout } from '../layout/layout.ts'

/** The id of the application is empty, the one of a tab decimal. */
export interface Scope {
  kind: 'app' | 'window' | 'tab' | 'session'
  id: string
}

export const appScope: Scope = { kind: 'app', id: '' }

/** A variable in the scope that it belongs to; the name is empty when the path denotes the scope itself. */
export interface ResolvedPath {
  scope: Scope
  name: string
}

/** The words that lead from one scope into another. */
const doors: Record<Scope['kind'], Record<string, (id: string, layout: Layout) => Scope | undefined>> = {
  app: {},
  window: {
    currentTab: (id, layout) => {
      const window = layout.findWindow(id)
      return window && { kind: 'tab', id: String(window.selectedTab) }
    },
  },
  tab: {
    window: (id, layout) => {
      const found = layout.findTab(id)
      return found && { kind: 'window', id: found.window.id }
    },
    currentSession: (id, layout) => {
      const found = layout.findTab(id)
      return found && { kind: 'session', id: found.tab.activeSession }
    },
  },
  session: {
    session: (id) => ({ kind: 'session', id }),
    tab: (id, layout) => {
      const place = layout.locate(id)
      return place && { kind: 'tab', id: String(place.tab.id) }
    },
    // Panes here have no parent: they are all sessions of their own.
    parentSession: () => undefined,
  },
}

/** Where a path leads from a scope; undefined when it goes through an object that is not there. */
export function resolvePath(from: Scope, path: string, layout: Layout): ResolvedPath | undefined {
  let scope = from
  let rest = path
  while (rest !== '') {
    const [word = '', tail] = cutAtDot(rest)
    const open = word === 'iterm2' ? () => appScope : doors[scope.kind][word]
    if (!open || !(word === 'iterm2' || Object.hasOwn(doors[scope.kind], word))) break
    const next = open(scope.id, layout)
    if (!next) return undefined
    scope = next
    rest = tail
  }
  return { scope, name: rest }
}

/** The last part of a path, without the words that lead through scopes; `user.x` stays whole. */
export function variableName(path: string): string {
  let rest = path
  for (;;) {
    const [word, tail] = cutAtDot(rest)
    if (tail === '' || !doorWords.has(word)) return rest
    rest = tail
  }
}

const doorWords = new Set(['iterm2', ...Object.values(doors).flatMap((words) => Object.keys(words))])

/** True when the path stays in the scope that it starts from, whatever happens to the layout. */
export function staysInScope(path: string): boolean {
  const [word] = cutAtDot(path)
  return word === 'session' || !doorWords.has(word)
}

function cutAtDot(path: string): [word: string, rest: string] {
  const dot = path.indexOf('.')
  return dot === -1 ? [path, ''] : [path.slice(0, dot), path.slice(dot + 1)]
}
