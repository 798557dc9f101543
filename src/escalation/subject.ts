/** What an escalation needs of the session that it is about. */
import type { SessionRecord } from '../sessions/session-record.ts'
import type { AnswerRequest } from '../sessions/typing/answer.ts'
import type { CutOff } from '../sessions/typing/finish.ts'
import type { Look, TypingResult } from '../sessions/typing/keyboard.ts'
import type { AnswerOutcome, Injection } from '../sessions/typing/typist.ts'
import type { TypingWay } from '../sessions/typing/way.ts'

export interface Subject {
  readonly id: string
  readonly name: string
  readonly record: Readonly<SessionRecord>
  /** The terminal that it is followed in; undefined while that cannot be reached. */
  readonly terminal: object | undefined
  /** Text of the last screen that was seen. */
  lastLines(): string[]
  /** The screen as it is at this moment. */
  look(): Promise<Pick<Look, 'reading'>>
  answer(request: AnswerRequest, how?: TypingWay): Promise<AnswerOutcome>
  inject(injection: Injection): Promise<TypingResult>
  /** Presses the Enter behind a text whose typing was cut off; undefined: exactly that text does not stand there. */
  finish(cutOff: CutOff): Promise<TypingResult | undefined>
}
