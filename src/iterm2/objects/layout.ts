import type { Requester } from '../api-types.ts'
import { requireFeature } from '../features.ts'
import { invocation } from '../scripting/invocation.ts'
import { invokeFunction } from '../scripting/invoke.ts'
import type { Splitter } from './splitter.ts'

/** What stands in a pane: a session that exists, or one to be started. */
export type LayoutPane = { session: string } | { newSession: { profile?: string; command?: string } }

export interface Layout {
  /** The tabs to be arranged anew. Each session may occur once in all of them. */
  tabs: readonly { tab: string; root: LayoutPane | Splitter<LayoutPane> }[]
  closeSessions?: readonly string[]
  closeTabs?: readonly string[]
  closeWindows?: readonly string[]
}

/** Arranges the panes of tabs in one step, moving sessions between them; starts and closes some as told. */
export async function applyLayout(requester: Requester, layout: Layout): Promise<void> {
  requireFeature(requester, 'apply-layout')
  const tabs = layout.tabs.map(({ tab, root }) => ({ tab_id: tab, root: encodeNode(root) }))
  if (JSON.stringify(tabs).includes('"new_session"')) requireFeature(requester, 'apply-layout-new-sessions')
  const spec = {
    tabs,
    close_sessions: layout.closeSessions ?? [],
    close_tabs: layout.closeTabs ?? [],
    close_windows: layout.closeWindows ?? [],
  }
  const spec_json_b64 = Buffer.from(JSON.stringify(spec)).toString('base64')
  await invokeFunction(requester, 'app', invocation('iterm2.apply_layout', { spec_json_b64 }))
}

function encodeNode(node: LayoutPane | Splitter<LayoutPane>): object {
  if ('session' in node) return { session_id: node.session }
  if ('newSession' in node) return { new_session: node.newSession }
  return { vertical: node.vertical, children: node.children.map(encodeNode) }
}
