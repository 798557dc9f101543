/** How a session looks in its window: badge, colour of the tab, status of the tab, bouncing of the dock. */
import type { Requester } from '../iterm2/api-types.ts'
import { call, requireOk } from '../iterm2/call.ts'
import { Iterm2Error } from '../iterm2/errors.ts'
import type { JsonValue } from '../iterm2/json.ts'
import { parseJson } from '../iterm2/json-values.ts'
import { invocation } from '../iterm2/scripting/invocation.ts'
import { invokeFunction } from '../iterm2/scripting/invoke.ts'
import { InjectResponseStatus, SetProfilePropertyResponseStatus } from '../messages/iterm2.ts'
import { translated } from './api-error.ts'
import type { TerminalKind } from './terminal-kind.ts'

/** Keys of the session's own copy of its profile; the suffixes count where light and dark have colours of their own. */
export const lookKeys = [
  'Badge Text',
  ...['', ' (Light)', ' (Dark)'].flatMap((variant) => [`Tab Color${variant}`, `Use Tab Color${variant}`]),
]

/** By key; one that the profile does not have is absent. */
export type Looks = Readonly<Record<string, JsonValue>>

export interface TabStatus {
  text: string
  detail: string
  /** `#rrggbb` of the dot. */
  color: string
}

export interface SessionLooks {
  read(): Promise<Looks>
  /** Changes this session only, never the profile that others use. */
  write(looks: Looks): Promise<void>
  /** Undefined takes it away. */
  setStatus(status: TabStatus | undefined): Promise<void>
  /** Bounces the dock once. */
  requestAttention(): Promise<void>
}

export function apiLooks(client: Requester, kind: TerminalKind, session: string): SessionLooks {
  return {
    read: () =>
      translated(kind, 'read how the session looks', async () => {
        const reply = await call(client, 'getProfileProperty', { session, keys: lookKeys })
        const found = (reply.properties ?? []).filter(
          ({ key }) => key !== undefined && lookKeys.includes(key),
        )
        return Object.fromEntries(found.map(({ key = '', jsonValue }) => [key, parseJson(jsonValue)]))
      }),
    write: (looks) =>
      translated(kind, 'change how the session looks', async () => {
        const assignments = Object.entries(looks).map(([key, value]) => ({
          key,
          jsonValue: JSON.stringify(value),
        }))
        if (assignments.length === 0) return
        const reply = await call(client, 'setProfileProperty', { session, assignments })
        requireOk('change how the session looks', reply.status, SetProfilePropertyResponseStatus)
      }),
    setStatus: (status) =>
      translated(kind, 'set the status of the tab', async () => {
        const { text = '', detail = '', color = '' } = status ?? {}
        const texts = { status: text, text_color: color, dot_color: color, detail }
        try {
          await invokeFunction(client, { method: session }, invocation('iterm2.set_status', texts))
        } catch (error) {
          // Versions without the function know the sequence, or ignore it.
          if (!(error instanceof Iterm2Error) || error.status !== 'FAILED') throw error
          await inject(client, session, statusSequence(text, detail, color))
        }
      }),
    requestAttention: () =>
      translated(kind, 'bounce the dock', () =>
        inject(client, session, '\x1b]1337;RequestAttention=once\x07'),
      ),
  }
}

async function inject(client: Requester, session: string, text: string): Promise<void> {
  const reply = await call(client, 'inject', { sessionId: [session], data: new TextEncoder().encode(text) })
  requireOk('print into the session', reply.status?.[0], InjectResponseStatus)
}

/** OSC 21337; an empty value takes the field away. */
function statusSequence(text: string, detail: string, color: string): string {
  const fields = { status: text, indicator: color, 'status-color': color, detail }
  const parts = Object.entries(fields).map(([key, value]) => `${key}=${escaped(value)}`)
  return `\x1b]21337;${parts.join(';')}\x1b\\`
}

function escaped(value: string): string {
  return value.replace(/\p{Cc}/gu, ' ').replace(/[\\;]/g, '\\$&')
}
