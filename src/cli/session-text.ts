/** How sessions are shown to people. */
import { timeSpan } from '../lib/time-span.ts'
import type { SessionInfo } from '../service/api.ts'
import type { Styles } from './styles.ts'

/** Digits of a UUID that are shown; 8 tell any number of sessions on one machine apart. */
const shortIdLength = 8

export function shortId(session: { id: string }): string {
  return session.id.slice(0, shortIdLength)
}

/** The state in its colour: yellow needs someone, red is broken, green works. */
export function styledState(state: SessionInfo['state'], style: Styles): string {
  return style[stateStyles[state]](state)
}

const stateStyles = {
  starting: 'cyan',
  working: 'green',
  waiting: 'yellow',
  idle: 'blue',
  limited: 'magenta',
  errored: 'red',
  stuck: 'red',
  exited: 'faint',
  unknown: 'faint',
} as const satisfies Record<SessionInfo['state'], keyof Styles>

/** Time since `iso` in its two largest units: `4s`, `3m 20s`, `2h 5m`, `6d 3h`. */
export function since(iso: string, now: number): string {
  return timeSpan(now - Date.parse(iso))
}
