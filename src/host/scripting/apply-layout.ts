/** `iterm2.apply_layout`: rearranges whole tabs at once, opening and closing sessions on the way. */
import { z } from 'zod'
import type { Layout } from '../layout/layout.ts'
import { fitTree, measureTree, minimumPane } from '../layout/pane-size.ts'
import { listPanes, type PaneNode } from '../layout/pane-tree.ts'
import type { HostTab, HostWindow } from '../layout/window.ts'
import { stringArgument } from './argument-checks.ts'
import { EvaluationError } from './expression.ts'
import type { BuiltinFunction } from './function-registry.ts'

export interface NewSessionOrder {
  /** Name of the profile; the default one when absent. */
  profile: string | undefined
  command: string | undefined
  /** The window in which it first appears, as a tab. */
  windowId: string
}

export interface ApplyLayoutDeps {
  layout: Layout
  /** Opens a session in a tab of its own, in the background. @throws {EvaluationError} when it cannot. */
  openSession(order: NewSessionOrder): Promise<string>
  closeSession(id: string): void
}

type Leaf =
  | { session_id: string }
  | { new_session: { profile?: string | undefined; command?: string | undefined } }
type Node = Leaf | { vertical: boolean; children: Node[] }

const nodeSchema: z.ZodType<Node> = z.lazy(() =>
  z.union([
    z.strictObject({ session_id: z.string() }),
    z.strictObject({
      new_session: z.strictObject({ profile: z.string().optional(), command: z.string().optional() }),
    }),
    z.strictObject({ vertical: z.boolean(), children: z.array(nodeSchema).min(2) }),
  ]),
)
const idsSchema = z.array(z.string()).default([])
const specSchema = z.strictObject({
  tabs: z.array(z.strictObject({ tab_id: z.coerce.string(), root: nodeSchema })).default([]),
  close_sessions: idsSchema,
  close_tabs: idsSchema,
  close_windows: idsSchema,
})
type Spec = z.infer<typeof specSchema>

interface Plan {
  tabs: Array<{ window: HostWindow; tab: HostTab; root: Node }>
  closing: Set<string>
}

/** Deepest nesting of the JSON text: far below what the walks over it can take. */
const maxDepth = 100

export function applyLayoutFunction(deps: ApplyLayoutDeps): BuiltinFunction {
  return {
    name: 'iterm2.apply_layout',
    required: ['spec_json_b64'],
    async call(values) {
      const plan = checkSpec(readSpec(stringArgument(values, 'spec_json_b64')), deps.layout)
      const opened = await openNewSessions(plan, deps)
      // Sessions opened above take time; what was there before may be gone.
      if (!isStillThere(plan, deps.layout)) {
        for (const session of opened.values()) deps.closeSession(session)
        throw new EvaluationError('A tab or session was closed while new sessions were opened')
      }
      rearrange(plan, opened, deps.layout)
      for (const session of plan.closing) deps.closeSession(session)
      return null
    },
  }
}

function readSpec(base64: string): Spec {
  let json: unknown
  try {
    json = JSON.parse(Buffer.from(base64, 'base64').toString('utf8'))
  } catch {
    throw new EvaluationError('The layout is not JSON in base64')
  }
  if (depthOf(json) > maxDepth) throw new EvaluationError('The layout is nested too deeply')
  const result = specSchema.safeParse(json)
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw new EvaluationError(
    `The layout is malformed at ${issue?.path.join('.') || 'its top'}: ${issue?.message}`,
  )
}

function depthOf(value: unknown, depth = 0): number {
  if (depth > maxDepth || typeof value !== 'object' || value === null) return depth
  return Math.max(depth, ...Object.values(value).map((member) => depthOf(member, depth + 1)))
}

/** Nothing is changed unless everything fits: known objects, every session in one place, none forgotten. */
function checkSpec(spec: Spec, layout: Layout): Plan {
  const tabs = spec.tabs.map(({ tab_id, root }) => {
    const found = layout.findTab(tab_id)
    if (!found) throw new EvaluationError(`There is no tab ${tab_id}`)
    checkNesting(root)
    return { ...found, root }
  })
  const placed = tabs
    .flatMap(({ root }) => leavesOf(root))
    .flatMap((leaf) => ('session_id' in leaf ? leaf.session_id : []))
  for (const session of placed) {
    if (!layout.locate(session)) throw new EvaluationError(`There is no session ${session} in a window`)
  }
  const closing = new Set(closingSessions(spec, layout))
  const named = [...placed, ...closing]
  if (new Set(named).size < named.length) throw new EvaluationError('A session is named twice')
  if (new Set(tabs.map(({ tab }) => tab)).size < tabs.length)
    throw new EvaluationError('A tab is named twice')
  const left = tabs.flatMap(({ tab }) => sessionsIn(tab.root)).find((session) => !named.includes(session))
  if (left !== undefined)
    throw new EvaluationError(`The session ${left} would be in no tab; move or close it`)
  return { tabs, closing }
}

function closingSessions(spec: Spec, layout: Layout): string[] {
  const inTab = (id: string) => {
    const found = layout.findTab(id)
    if (!found) throw new EvaluationError(`There is no tab ${id}`)
    return sessionsIn(found.tab.root)
  }
  const inWindow = (id: string) => {
    const window = layout.findWindow(id)
    if (!window) throw new EvaluationError(`There is no window ${id}`)
    return window.tabs.flatMap((tab) => sessionsIn(tab.root))
  }
  const unknown = spec.close_sessions.find(
    (session) => !layout.locate(session) && !layout.buriedSessions.includes(session),
  )
  if (unknown !== undefined) throw new EvaluationError(`There is no session ${unknown}`)
  return [...spec.close_sessions, ...spec.close_tabs.flatMap(inTab), ...spec.close_windows.flatMap(inWindow)]
}

function checkNesting(node: Node): void {
  if (!('children' in node)) return
  for (const child of node.children) {
    if ('children' in child && child.vertical === node.vertical) {
      throw new EvaluationError('A split within a split of the same direction; write them as one')
    }
    checkNesting(child)
  }
}

async function openNewSessions(plan: Plan, deps: ApplyLayoutDeps): Promise<Map<Leaf, string>> {
  const opened = new Map<Leaf, string>()
  try {
    for (const { window, root } of plan.tabs) {
      for (const leaf of leavesOf(root)) {
        if (!('new_session' in leaf)) continue
        const { profile, command } = leaf.new_session
        opened.set(leaf, await deps.openSession({ profile, command, windowId: window.id }))
      }
    }
    return opened
  } catch (error) {
    for (const session of opened.values()) deps.closeSession(session)
    throw error
  }
}

function isStillThere(plan: Plan, layout: Layout): boolean {
  return plan.tabs.every(({ tab, root }) => {
    const sessions = leavesOf(root).flatMap((leaf) => ('session_id' in leaf ? leaf.session_id : []))
    return layout.findTab(String(tab.id)) && sessions.every((session) => layout.locate(session))
  })
}

/**
 * Sessions from tabs that are not rearranged leave them first. The trees are then replaced one after the
 * other within one turn, so a session that changes places between two of the tabs is never without one.
 */
function rearrange(plan: Plan, opened: Map<Leaf, string>, layout: Layout): void {
  const changing = new Set(plan.tabs.map(({ tab }) => tab))
  const trees = plan.tabs.map(({ tab, root }) => ({
    tab,
    tree: fitTree(treeOf(root, opened), measureTree(tab.root)),
  }))
  for (const session of trees.flatMap(({ tree }) => sessionsIn(tree))) {
    const source = layout.locate(session)?.tab
    if (source && !changing.has(source)) layout.detach(session)
  }
  for (const { tab, tree } of trees) layout.replaceTree(tab, tree)
}

function treeOf(node: Node, opened: Map<Leaf, string>): PaneNode {
  if ('children' in node) {
    const children = node.children.map((child) => treeOf(child, opened))
    return { kind: 'split', vertical: node.vertical, children }
  }
  const session = 'session_id' in node ? node.session_id : (opened.get(node) ?? '')
  return { kind: 'pane', session, ...minimumPane }
}

function leavesOf(node: Node): Leaf[] {
  return 'children' in node ? node.children.flatMap(leavesOf) : [node]
}

function sessionsIn(root: PaneNode): string[] {
  return listPanes(root).map(({ session }) => session)
}
