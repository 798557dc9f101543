/** Reads what an agent is doing from its screen. Pure: the same arguments give the same reading. */
import type { CompiledProfile } from '../compiled-profile.ts'
import { readFramedQuestion } from './framed-question.ts'
import { findInputBox, type InputBox } from './input-box.ts'
import { readLine } from './line-prompt.ts'
import { findMenu } from './menu.ts'
import type { Menu } from './menu-types.ts'
import { blockerOf } from './prompt.ts'
import { readPrompt } from './read-prompt.ts'
import type { Evidence, Reading } from './reading.ts'
import { resetTime } from './reset-time.ts'
import { plainRows, type Row } from './rows.ts'
import type { ScreenView } from './screen-view.ts'
import { type FoundSignature, findSignatures } from './signatures.ts'

export interface ScreenInput {
  screen: ScreenView
  profile: CompiledProfile
  /** What is known beside the screen. */
  signals?: { title?: string | undefined }
  /** The reading of the screen before, to see that output grows. */
  previous?: Reading | undefined
  /** Milliseconds since 1970. */
  now: number
}

/** What was found, without the transcript that every reading carries. */
type Verdict = Omit<Reading, 'transcript'>

/**
 * From the bottom up: a menu in front, a question at the cursor, then the input box with what stands around
 * it. `unknown` where it cannot be told; an input box that is not there is never taken for an idle one.
 */
export function readScreen(input: ScreenInput): Reading {
  const { screen, profile, signals } = input
  const rows = plainRows(screen)
  const shape = profile.profile.inputBox
  const menu = findMenu(screen, rows)
  const box = shape && findInputBox(screen, rows, shape)
  const transcript = transcriptOf(rows, box, screen.columns)
  const framed = profile.profile.lines ? readFramedQuestion(screen, rows, profile.profile) : undefined
  if (framed) return { ...framed, transcript }
  // Below the box, or a list that somebody is writing into it.
  const behind = box && menu && (box.top > menu.bottom || box.top === menu.top)
  const front = behind ? undefined : menu
  if (front) return { ...readMenu(input, rows, front), transcript }
  const found = findSignatures(profile, rows, box, signals?.title)
  const verdict = box
    ? readAroundBox(input, box, found, transcript)
    : (readLine(screen, rows, profile.profile) ?? readWithoutBox(found, rows))
  const withBox = box ? { ...verdict, inputBox: box } : verdict
  return { ...withReset(withBox, input.now), transcript }
}

function transcriptOf(
  rows: readonly Row[],
  box: InputBox | undefined,
  columns: number,
): Reading['transcript'] {
  const above = rows.slice(0, box?.top ?? rows.length).filter(({ kind }) => kind === 'text')
  return { columns, text: above.map(({ text }) => text).join('\n') }
}

function readMenu({ screen, profile, now }: ScreenInput, rows: readonly Row[], menu: Menu): Verdict {
  const { prompt, limit } = readPrompt(screen, rows, menu, profile.profile)
  const selected = prompt.options.find((option) => option.selected)
  const evidence: Evidence[] = [
    { row: menu.top, text: rows[menu.top]?.text.trim() ?? '', shows: 'the first option of a menu in front' },
    ...(selected ? [{ row: undefined, text: selected.label, shows: 'the selected option' }] : []),
    ...(menu.hints === '' ? [] : [{ row: undefined, text: menu.hints, shows: 'the keys of the menu' }]),
  ]
  const confidence = menu.cursor === 'unknown' ? 0.7 : menu.hints === '' ? 0.85 : 0.95
  const reason = `it asks: ${prompt.question}`
  if (!limit)
    return { state: 'waiting', reason, blocker: blockerOf(prompt.kind), prompt, confidence, evidence }
  const limited: Verdict = { state: 'limited', reason, blocker: 'limit', prompt, confidence, evidence }
  const said = `${prompt.question} ${prompt.context}`
  const resetAt = resetTime(said, now) ?? resetTime(limitAbove(rows, menu), now)
  return resetAt ? { ...limited, resetAt } : limited
}

/** The menu may come below the message that says when the limit ends (Claude Code's `/rate-limit-options`). */
function limitAbove(rows: readonly Row[], menu: Menu): string {
  const above = rows.slice(0, menu.top).filter(({ kind }) => kind === 'text')
  const line = above.slice(-rowsAboveMenu).findLast(({ text }) => /\b(?:limit|quota|usage)\b/iu.test(text))
  return line?.text ?? ''
}

/** Between the message and the options stand the command, the question and empty rows. */
const rowsAboveMenu = 8

function readAroundBox(
  { profile, previous }: ScreenInput,
  box: InputBox,
  found: readonly FoundSignature[],
  transcript: Reading['transcript'],
): Verdict {
  const seen: Evidence = { row: box.top, text: box.draft || box.ghost, shows: 'the input box is in front' }
  const decisive = decide(found)
  if (decisive) return { ...verdictOf(decisive), evidence: [evidenceOf(decisive), seen] }
  if (!profile.profile.silentWork) {
    const reason = 'the input box is in front and nothing shows work'
    return { state: 'idle', reason, confidence: 0.75, evidence: [seen] }
  }
  const grows =
    previous?.transcript.columns === transcript.columns && isGrown(previous.transcript, transcript)
  if (grows) {
    const shows = 'the transcript has grown since the screen before'
    const evidence = [{ row: undefined, text: transcript.text.split('\n').at(-1) ?? '', shows }, seen]
    return { state: 'working', reason: 'its output grows', confidence: 0.7, evidence }
  }
  const reason = `${profile.profile.title} may work without showing it`
  return { state: 'unknown', reason, confidence: 0.3, evidence: [seen] }
}

function isGrown(before: Reading['transcript'], now: Reading['transcript']): boolean {
  return before.text !== '' && now.text !== before.text && now.text.length > before.text.length
}

function readWithoutBox(found: readonly FoundSignature[], rows: readonly Row[]): Verdict {
  const decisive = decide(found)
  if (decisive) return { ...verdictOf(decisive), confidence: 0.6, evidence: [evidenceOf(decisive)] }
  const last = rows.findLast(({ kind }) => kind === 'text')
  const evidence = last ? [{ row: last.y, text: last.text.trim(), shows: 'the last line' }] : []
  const reason = last ? 'neither an input box nor a dialog is recognised' : 'the screen is empty'
  return { state: 'unknown', reason, confidence: 0, evidence }
}

/**
 * What stands lowest. A footer of rest is also shown below an error, and a title may be old: these count
 * only where nothing else says anything.
 */
function decide(found: readonly FoundSignature[]): FoundSignature | undefined {
  const onScreen = found.filter(({ row }) => row !== undefined)
  const resting = ({ signature }: FoundSignature) =>
    signature.region === 'footer' && signature.state === 'idle'
  return onScreen.find((each) => !resting(each)) ?? onScreen[0] ?? found[0]
}

function verdictOf({ signature }: FoundSignature): Omit<Verdict, 'evidence'> {
  const { state, reason, blocker, region } = signature
  const confidence = region === 'footer' ? 0.95 : region === 'title' ? 0.7 : 0.9
  return { state, reason, confidence, ...(blocker && { blocker }) }
}

function evidenceOf({ signature, row, text }: FoundSignature): Evidence {
  return { row, text, shows: `${signature.name} (${signature.region})` }
}

function withReset(verdict: Verdict, now: number): Verdict {
  if (verdict.state !== 'limited') return verdict
  const [evidence] = verdict.evidence
  const resetAt = evidence && resetTime(evidence.text, now)
  return resetAt ? { ...verdict, resetAt } : verdict
}
