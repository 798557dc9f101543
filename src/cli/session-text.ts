/** How sessions are shown to people. */
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
  const seconds = Math.max(0, Math.floor((now - Date.parse(iso)) / 1000))
  const units: [string, number][] = [
    ['d', 86_400],
    ['h', 3_600],
    ['m', 60],
    ['s', 1],
  ]
  const first = units.findIndex(([, size]) => seconds >= size)
  if (first < 0) return '0s'
  let rest = seconds
  const parts: string[] = []
  for (const [unit, size] of units.slice(first, first + 2)) {
    const count = Math.floor(rest / size)
    rest -= count * size
    if (count > 0) parts.push(`${count}${unit}`)
  }
  return parts.join(' ')
}
