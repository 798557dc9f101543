/**
 * Questions of one line, as programs without a screen of their own ask them, and the prompts of shells. The
 * cursor must stand right behind: what has anything after it was answered, scrolled or only printed.
 */
import type { AgentProfile } from '../profile-schema.ts'
import { readConfirmation } from './confirmation.ts'
import { readMarkerLine } from './marker-line.ts'
import { isPagerStatus } from './pager-status.ts'
import { blockerOf, type Prompt, type PromptKind, withFingerprint } from './prompt.ts'
import type { Reading } from './reading.ts'
import { joined, logicalLines, paragraphs, type Row } from './rows.ts'
import type { ScreenView } from './screen-view.ts'
import { readShellPrompt } from './shell-prompt.ts'

type Verdict = Omit<Reading, 'transcript'>

export const credential =
  /(?:^(?:username|password) for '[^']{1,200}':|\b(?:password|passphrase|passcode|pin|otp|token|verification code|one-time code|username)\b[^:?]{0,120}[:?]|^(?:\[sudo\b[^\]]*\]).*:|^Password:)$/iu
/** A sentence may stand before it, a list mark or another key may not: that is help of a program that runs. */
const pause =
  /^(?:[^›•*,]{0,80}\b(?:press|hit) (?:any key|enter|return|space)\b.{0,60}|--\s?more\s?--.{0,20}|:)$/iu
const asks =
  /^(?:enter|type|input|specify|choose|select|pick|provide|which|what|who|where|name|email|your)\b.{0,160}:$/iu
/** `package name: (shop)`, and the `#?` of a shell's `select`. */
const preset = /^(?:\p{L}[\p{L}\d '-]{1,60}: \([^)/%]{0,60}\)|#\?)$/u
const question = /^[^?]{3,200}\?(?: \([^)]{1,40}\)| \[[^\]]{0,40}\])?:?$/u

/** Undefined when the line at the cursor asks nothing. */
export function readLine(
  screen: ScreenView,
  rows: readonly Row[],
  profile: AgentProfile,
): Verdict | undefined {
  const current = lineAtCursor(screen, rows)
  if (!current) return profile.lines ? readMarkerLine(screen, rows) : undefined
  // A full row above may only look as if it went on in this one.
  const row = current.slice(-1)
  const shell = readShellPrompt(joined(row), row, profile)
  if (shell) return shell
  for (const line of current.length > 1 ? [current, row] : [row]) {
    const text = joined(line)
    const asked = readAsked(text, line, rows) ?? (profile.lines ? readOpenQuestion(screen, text) : undefined)
    if (asked) return waiting(asked, line, screen.cursor !== undefined)
  }
  return profile.lines ? readMarkerLine(screen, rows) : undefined
}

/** The line whose end the cursor stands behind; where no cursor is known, the last line. */
function lineAtCursor({ cursor, rows: source }: ScreenView, rows: readonly Row[]): Row[] | undefined {
  const last = rows.findLast(({ kind }) => kind === 'text')
  if (!last) return undefined
  if (cursor) {
    const rest = cursor.x - widthBefore(source[last.y]?.text ?? '')
    // One or two spaces stand between a question and what is typed.
    if (cursor.y !== last.y || rest < 0 || rest > 2) return undefined
  }
  return logicalLines(rows.slice(Math.max(0, last.y - 4), last.y + 1)).at(-1)
}

function widthBefore(text: string): number {
  return text.trimEnd().length
}

function readAsked(text: string, current: readonly Row[], rows: readonly Row[]): Prompt | undefined {
  const confirmation = readConfirmation(text)
  if (confirmation) {
    const { question: asked, options } = confirmation
    const host = /continue connecting/iu.test(text)
    const kind = host ? 'trust' : isPermission(asked) ? 'permission' : 'confirmation'
    return prompt(kind, asked, options, before(current, rows))
  }
  if (credential.test(text)) return prompt('credential', text, [])
  if (pause.test(text) || isPagerStatus(text)) return prompt('pause', text, pauseOptions(text))
  return undefined
}

/** `Enter a name:`; only known to be a question because the cursor waits behind it. */
function readOpenQuestion({ cursor }: ScreenView, text: string): Prompt | undefined {
  if (!cursor) return undefined
  return asks.test(text) || preset.test(text) || question.test(text)
    ? prompt('free-text', text, [])
    : undefined
}

/** aider asks whether it may run what it shows above. */
function isPermission(asked: string): boolean {
  return /^(?:run|execute|allow|apply)\b.*\?$/iu.test(asked)
}

/** Lines that belong to a question; they tell one `Overwrite? [y/n]` from the next. */
const linesBefore = 4

function before(current: readonly Row[], rows: readonly Row[]): string {
  const first = current[0]?.y ?? 0
  const above = paragraphs(rows.slice(Math.max(0, first - 12), first)).at(-1) ?? []
  return logicalLines(above).slice(-linesBefore).map(joined).join('\n')
}

function pauseOptions(text: string): Prompt['options'] {
  const option = (number: number, label: string, keys: string[], meaning: 'approve' | 'cancel') => ({
    number,
    label,
    description: '',
    meaning,
    selected: number === 1,
    keys,
  })
  const key = /\benter|return\b/iu.test(text) ? 'enter' : 'space'
  const pager = /^--\s?more|^:$/iu.test(text) || isPagerStatus(text)
  return [option(1, 'go on', [key], 'approve'), ...(pager ? [option(2, 'leave', ['q'], 'cancel')] : [])]
}

function prompt(kind: PromptKind, asked: string, options: Prompt['options'], subject = ''): Prompt {
  const subjectKind = subject === '' ? 'none' : 'text'
  return withFingerprint({
    kind,
    question: asked,
    subject,
    subjectKind,
    context: subject,
    options,
    truncated: false,
  })
}

function waiting(asked: Prompt, current: readonly Row[], cursorKnown: boolean): Verdict {
  const shows = cursorKnown ? 'the cursor waits behind it' : 'it is the last line'
  const evidence = [{ row: current[0]?.y, text: asked.question, shows }]
  const confidence = asked.kind === 'free-text' ? 0.6 : cursorKnown ? 0.9 : 0.75
  const reason = `it asks: ${asked.question}`
  return { state: 'waiting', reason, blocker: blockerOf(asked.kind), prompt: asked, confidence, evidence }
}
