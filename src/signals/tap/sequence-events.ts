/** What the parser tells of a program's output, and asks about it. */
export interface SequenceEvents {
  bell(): void
  /** `ESC <final>`. */
  escape(final: string): void
  /** `CSI <parameters> <final>`, of those with a private marker. */
  csi(parameters: string, final: string): void
  /** An OSC that was not dropped: its number, and what follows the first semicolon. */
  osc(number: number, data: Buffer): void
  /** Whether an OSC passes, given its beginning; asked at every byte until it is decided. */
  judge(beginning: string): Verdict
  /** The same for an OSC that ended undecided. */
  judgeWhole(body: string, terminator: string): 'pass' | 'drop'
  /** What is to be written now, between two sequences; empty for nothing. */
  between(): string
}

export type Verdict = 'pass' | 'drop' | 'undecided'
