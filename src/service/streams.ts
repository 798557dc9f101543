/** What the streams of the API carry. */
import type { Journal } from '../sessions/journal.ts'
import type { Session } from '../sessions/session.ts'
import type { Frame, OrchEvent } from '../sessions/session-info.ts'
import type { StreamItem } from './event-stream.ts'

/**
 * Events of the wanted sessions (all when none is named) until `signal` aborts.
 *
 * @param after id of the last event that the client has; what is stored after it comes first
 */
export function pushEvents(
  journal: Journal,
  wanted: readonly string[],
  screens: boolean,
  after: string | undefined,
  push: (item: StreamItem) => void,
  signal: AbortSignal,
): Promise<void> {
  const forward = (event: OrchEvent) => {
    if (event.type === 'screen' && !screens) return
    if ('session' in event && wanted.length > 0 && !wanted.includes(event.session)) return
    push({ id: event.id, data: JSON.stringify(event) })
  }
  // Nothing can happen between the two: the file is read in one go.
  if (after !== undefined) for (const event of journal.after(after)) forward(event)
  journal.on('event', forward)
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => {
      journal.off('event', forward)
      resolve()
    })
  })
}

/** Pictures of a session until it is closed or `signal` aborts; the last one again when its program ends. */
export async function pushFrames(
  journal: Journal,
  session: Session,
  push: (item: StreamItem) => void,
  signal: AbortSignal,
): Promise<void> {
  let last: Frame | undefined
  const show = (frame: Frame) => push({ data: JSON.stringify(frame) })
  const onEvent = (event: OrchEvent) => {
    if (event.type === 'exited' && event.session === session.id && last) show({ ...last, exited: true })
  }
  journal.on('event', onEvent)
  try {
    for await (const frame of session.frames(signal)) {
      last = frame
      show(frame)
    }
  } finally {
    journal.off('event', onEvent)
  }
}
