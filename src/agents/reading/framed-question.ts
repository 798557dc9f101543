/**
 * Questions in the form of @clack/prompts (measured on 1.9.0), which many `create-…` programs ask: a coloured
 * `◆` before the question, a bar before all that belongs to it, a corner below, and the cursor in the row after it.
 * What was answered has a `◇`, and nothing of the program stands below a question that is open.
 */
import type { AgentProfile } from '../profile-schema.ts'
import { namesKey } from './hints.ts'
import { credential } from './line-prompt.ts'
import { isGhostly, looksOf } from './looks.ts'
import { meaningOf } from './meaning.ts'
import type { Menu, MenuOption } from './menu-types.ts'
import { keysOf } from './option-keys.ts'
import { blockerOf, type Prompt, type PromptKind, withFingerprint } from './prompt.ts'
import type { Reading } from './reading.ts'
import type { Row } from './rows.ts'
import type { ScreenView } from './screen-view.ts'

/** A question, also one whose last answer was refused. */
const head = /^[◆▲] {2}(\S.*)$/u
const side = /^[│|](?: |$)/u
const corner = /^└/u
const choice = /^([●○◻◼]) (\S.*)$/u
const yesNo = /^([●○]) (\S.*?) \/ ([●○]) (\S.*)$/u
/** More options than are shown. */
const more = /^(?:\.\.\.|…)$/u
/** What the program says of the option beside it. */
const beside = /^(.*\S) \(([^()]+)\)$/u

/** Undefined when the lowest thing on the screen is no such question. */
export function readFramedQuestion(
  screen: ScreenView,
  rows: readonly Row[],
  profile: AgentProfile,
): Omit<Reading, 'transcript'> | undefined {
  const found = findFrame(screen, rows)
  if (!found) return undefined
  const { asked, inside } = found
  const question = head.exec(sourceText(asked))?.[1]?.trim() ?? ''
  const made = readChoices(screen, question, inside, profile) ?? readField(question, inside)
  if (!made) return undefined
  const prompt = withFingerprint(made)
  const evidence = [{ row: asked.y, text: question, shows: 'a framed question that is open' }]
  const reason = `it asks: ${prompt.question}`
  return { state: 'waiting', reason, blocker: blockerOf(prompt.kind), prompt, confidence: 0.9, evidence }
}

/** The row of the question, and the rows behind the bar. */
function findFrame(screen: ScreenView, rows: readonly Row[]): { asked: Row; inside: Row[] } | undefined {
  const end = rows.findLastIndex((row) => sourceText(row) !== '')
  const last = rows[end]
  if (!last || !corner.test(sourceText(last))) return undefined
  // The column tells nothing: where one row was drawn anew, the cursor comes back to below its end.
  if (screen.cursor && screen.cursor.y !== end + 1) return undefined
  const start = rows.findLastIndex((row) => row.y < end && !side.test(sourceText(row)))
  const asked = rows[start]
  if (!asked || !head.test(sourceText(asked))) return undefined
  // A text that quotes such a question has no colours.
  if (screen.styled && asked.source.cellAt(0).style.foreground.kind === 'default') return undefined
  return { asked, inside: rows.slice(start + 1, end) }
}

function sourceText(row: Row): string {
  return row.source.text.trimEnd()
}

type Unmarked = Omit<Prompt, 'fingerprint'>

function readChoices(
  screen: ScreenView,
  question: string,
  inside: readonly Row[],
  profile: AgentProfile,
): Unmarked | undefined {
  const texts = inside.map(({ text }) => text.trim())
  const first = texts.findIndex((text) => choice.test(text))
  if (first < 0) return undefined
  const both = yesNo.exec(texts[first] ?? '')
  const options = both ? sideBySide(both) : oneBelowTheOther(screen, inside.slice(first), texts.slice(first))
  const several = options.some(({ ticked }) => ticked !== undefined)
  const oneOf = /[?？]$/u.test(question) ? 'question' : 'choice'
  const kind: PromptKind = both ? 'confirmation' : several ? 'multi-select' : oneOf
  const truncated = texts.some((text) => more.test(text))
  const cursor = options.some(({ selected }) => selected) ? 'glyph' : 'unknown'
  const menu: Menu = {
    form: both ? 'buttons' : 'list',
    options,
    top: 0,
    bottom: 0,
    cursor,
    hints: '',
    cut: truncated,
  }
  return {
    ...emptyPrompt(kind, [question, ...texts.slice(0, first)]),
    truncated,
    options: options.map((option) => ({
      ...{ number: option.number, label: option.label, description: option.description },
      meaning: meaningOf(option.label),
      selected: option.selected,
      ...(option.ticked !== undefined && { ticked: option.ticked }),
      keys: keysOf(menu, option, kind, profile),
    })),
  }
}

function sideBySide([, left = '', yes = '', right = '', no = '']: RegExpExecArray): MenuOption[] {
  return [
    { number: 1, numbered: false, label: yes, description: '', selected: left === '●' },
    { number: 2, numbered: false, label: no, description: '', selected: right === '●' },
  ]
}

function oneBelowTheOther(screen: ScreenView, rows: readonly Row[], texts: readonly string[]): MenuOption[] {
  const options: MenuOption[] = []
  for (const [index, text] of texts.entries()) {
    const [, glyph = '', said = ''] = choice.exec(text) ?? []
    const row = rows[index]
    const before = options.at(-1)
    if (glyph === '' || !row) {
      // A label goes on in the next row; below the options stand the keys.
      if (before && text !== '' && !namesKey(text) && !more.test(text)) before.label += ` ${text}`
      continue
    }
    const boxed = glyph === '◻' || glyph === '◼'
    const [, label = said, description = ''] = beside.exec(said) ?? []
    const selected = boxed ? screen.styled && isLit(row) : glyph === '●'
    const ticked = boxed ? { ticked: glyph === '◼' } : {}
    options.push({ number: options.length + 1, numbered: false, label, description, selected, ...ticked })
  }
  return options
}

/** Where several may be ticked, only the colour of its label tells where the selection is. */
function isLit(row: Row): boolean {
  const label = row.text.search(/\S/u) + 2
  return looksOf(row, label, label + 1).some((look) => !isGhostly(look))
}

/** A line that is written behind the bar; its placeholder, or what was typed, is the last row. */
function readField(question: string, inside: readonly Row[]): Unmarked | undefined {
  const field = inside.at(-1)
  if (!field || inside.length > mostFieldRows) return undefined
  const asked = [question, ...inside.slice(0, -1).map(({ text }) => text.trim())]
  const secret = credential.test(`${asked.join(' ')}:`)
  return emptyPrompt(secret ? 'credential' : 'free-text', asked)
}

/** A field has one row; a question may take a few more. */
const mostFieldRows = 4

function emptyPrompt(kind: PromptKind, question: readonly string[]): Unmarked {
  return {
    kind,
    question: question.filter((text) => text !== '').join(' '),
    subject: '',
    subjectKind: 'none',
    context: '',
    options: [],
    truncated: false,
  }
}
