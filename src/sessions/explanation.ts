/** Everything that a session's state was made of. */
import type { Reading } from '../agents/reading/reading.ts'
import type { JoinedState } from '../signals/join-signals.ts'
import type { Signal } from '../signals/signal.ts'
import type { Picture } from '../terminal/terminal.ts'
import type { StuckVerdict } from './stuck.ts'

export interface Explanation {
  joined: JoinedState
  stuck?: StuckVerdict
  /** What holds of the screen, and the picture that was read last. */
  reading?: Reading
  picture?: Picture
  /** By which the screen is read. */
  profile: string
  /** What the agent was recognised by, where it is not the one that the session was opened with. */
  recognisedBy?: string | undefined
  signals: readonly Signal[]
  /** The program was to run behind the tap, of which nothing was heard. */
  tapSilent: boolean
}
