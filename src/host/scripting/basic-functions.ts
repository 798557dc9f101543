/** The small functions of the host: names and titles, profile keys, focus, text. */
import type { Layout } from '../layout/layout.ts'
import type { SessionProfiles } from '../profiles/session-profiles.ts'
import type { VariableValue } from '../session-types.ts'
import type { Scope } from '../variables/scope.ts'
import type { VariableStore } from '../variables/variable-store.ts'
import { optionalString, receiverOf, stringArgument } from './argument-checks.ts'
import { type ArgumentValues, EvaluationError } from './expression.ts'
import type { BuiltinFunction } from './function-registry.ts'

export interface BasicFunctionDeps {
  layout: Layout
  store: VariableStore
  sessionProfiles: SessionProfiles
}

export function basicFunctions({ layout, store, sessionProfiles }: BasicFunctionDeps): BuiltinFunction[] {
  return [
    {
      name: 'iterm2.set_name',
      required: ['name'],
      call(values, scope) {
        receiverOf(scope, 'session')
        store.setName(scope, stringArgument(values, 'name'))
        return null
      },
    },
    {
      name: 'iterm2.set_title',
      required: ['title'],
      call(values, scope) {
        receiverOf(scope, 'tab', 'window')
        store.setName(scope, stringArgument(values, 'title'))
        return null
      },
    },
    {
      name: 'iterm2.set_status',
      required: [],
      optional: statusFields,
      call(values, scope) {
        receiverOf(scope, 'session')
        store.setUser(scope, 'orch.tabStatus', tabStatus(values, store.get(scope, 'orch.tabStatus')))
        return null
      },
    },
    {
      name: 'iterm2.get_profile_property',
      required: ['key'],
      call(values, scope) {
        const profile = sessionProfiles.of(receiverOf(scope, 'session'))
        const key = stringArgument(values, 'key')
        return (Object.hasOwn(profile, key) ? profile[key] : null) ?? null
      },
    },
    {
      name: 'iterm2.focus',
      required: [],
      call(_, scope) {
        focusOn(scope, layout)
        return null
      },
    },
    {
      name: 'iterm2.count',
      required: ['array'],
      call({ array }) {
        if (Array.isArray(array)) return array.length
        throw new EvaluationError('The argument array must be a list')
      },
    },
    {
      name: 'iterm2.urlEncode',
      required: ['string'],
      call(values) {
        const text = stringArgument(values, 'string')
        if (/\p{Cs}/u.test(text)) throw new EvaluationError('The string is not well-formed Unicode')
        return encodeURIComponent(text)
      },
    },
  ]
}

const noWindow = 'it has no windows on a screen'
const noCoprocess = 'it runs no coprocesses'
const noTmux = 'it has no tmux integration'

/** Functions of iTerm2 that need what the host does not have, and what that is. */
export const unsupportedFunctions: ReadonlyMap<string, string> = new Map([
  ['iterm2.alert', noWindow],
  ['iterm2.get_string', noWindow],
  ['iterm2.get_poly_modal_alert', noWindow],
  ['iterm2.open_panel', noWindow],
  ['iterm2.save_panel', noWindow],
  ['iterm2.add_annotation', 'annotations are notes on a drawn screen'],
  ['iterm2.set_status_bar_component_unread_count', 'it has no status bar'],
  ['iterm2.load_url', 'it has no browser sessions'],
  ['iterm2.paste', 'it has no pasteboard'],
  ['iterm2.add_clipping', 'it has no clippings'],
  ['iterm2.archive_clippings', 'it has no clippings'],
  ['iterm2.get_background_task_count', 'it runs no background tasks'],
  ['iterm2.get_time_offset', 'it keeps no time stamps of lines'],
  ['iterm2.get_coprocess', noCoprocess],
  ['iterm2.run_coprocess', noCoprocess],
  ['iterm2.stop_coprocess', noCoprocess],
  ['iterm2.run_tmux_command', noTmux],
  ['iterm2.tmux_format', noTmux],
])

const statusFields = ['status', 'text_color', 'dot_color', 'detail'] as const

/** What is left out stays, an empty text goes; null when nothing is left. */
function tabStatus(values: ArgumentValues, before: VariableValue): VariableValue {
  const known = typeof before === 'object' && before !== null && !Array.isArray(before) ? before : {}
  const fields = statusFields.flatMap((name) => {
    const value = optionalString(values, name) ?? known[name] ?? ''
    return value === '' ? [] : [[name, value] as const]
  })
  return fields.length === 0 ? null : Object.fromEntries(fields)
}

function focusOn({ kind, id }: Scope, layout: Layout): void {
  if (kind === 'app') throw new EvaluationError('The function belongs to a session, tab or window')
  const place = kind === 'session' ? layout.locate(id) : layout.findTab(id)
  const window = kind === 'window' ? layout.findWindow(id) : place?.window
  if (!window) throw new EvaluationError(`The ${kind} is not shown in a window`)
  if (kind === 'session') layout.selectSession(id)
  if (place) layout.selectTab(String(place.tab.id))
  layout.focusWindow(window)
}
