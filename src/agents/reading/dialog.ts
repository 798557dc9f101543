/** The dialog above a menu: where it begins, what it asks, and what it is about. */
import type { Menu } from './menu-types.ts'
import type { Prompt } from './prompt.ts'
import { joined, logicalLines, paragraphs, type Row } from './rows.ts'

export interface Dialog {
  title: string
  question: string
  subject: string
  subjectKind: Prompt['subjectKind']
  context: string
  /** Its beginning is not on the screen, or its subject was cut. */
  truncated: boolean
}

/** A dialog is at most this high. */
const highest = 200
/** Without an edge it reaches up over at most this many gaps, then the transcript begins. */
const mostGaps = 6

export function readDialog(rows: readonly Row[], menu: Menu): Dialog {
  const { area, bounded } = areaAbove(rows, menu)
  const lines = logicalLines(area)
  const question = findQuestion(lines, area)
  const subject = findSubject(area, rows[menu.top]?.frames ?? 0, question)
  return {
    title: joined(lines[0] ?? []),
    question: question.text,
    subject: subject.text,
    subjectKind: subject.kind,
    context: area
      .map(({ text, kind }) => (kind === 'text' ? text.trim() : ''))
      .join('\n')
      .trim(),
    truncated: menu.cut || subject.cut || (!bounded && mayGoOnAbove(area, rows)),
  }
}

/** The dialog reaches up to the edge of a screen that is full, or begins in its first row. */
function mayGoOnAbove([first]: readonly Row[], rows: readonly Row[]): boolean {
  return first?.y === 0 && (first.kind === 'text' || rows.at(-1)?.kind === 'text')
}

/** The rows above the options, up to the rule, frame or gap that separates them from what came before. */
function areaAbove(rows: readonly Row[], menu: Menu): { area: Row[]; bounded: boolean } {
  const frames = rows[menu.top]?.frames ?? 0
  const area: Row[] = []
  let bounded = false
  for (let y = menu.top - 1; y >= 0 && menu.top - y <= highest; y--) {
    const row = rows[y]
    if (!row) break
    if (isEdge(row, frames)) {
      bounded = true
      area.unshift(...commandBox(rows, row))
      break
    }
    area.unshift(row)
  }
  // Qwen begins its dialogs, which have no edge, with a question mark and the tool's name.
  const start = frames === 0 ? area.findLastIndex(({ text }) => /^\s{0,3}\? \S/u.test(text)) : -1
  if (start >= 0) return { area: area.slice(start), bounded: true }
  const dashed = area.some(isDashed)
  return { area: bounded || dashed ? area : withoutTranscript(area), bounded }
}

function isEdge(row: Row, frames: number): boolean {
  if (frames > 0) {
    const outside = row.frames < frames
    return outside && row.kind !== 'blank'
  }
  // Dashed lines set off the command within the dialog; a solid one is the dialog's own edge.
  return row.kind === 'rule' && row.frames === 0 && !isDashed(row)
}

/** Cursor shows the command in a box of its own right above its question. */
function commandBox(rows: readonly Row[], edge: Row): Row[] {
  if (!/^[└╰]/u.test(edge.text)) return []
  let top = edge.y
  while ((rows[top - 1]?.frames ?? 0) > 0) top -= 1
  const box = rows.slice(top, edge.y)
  return box.some(({ text }) => /^\s*\$ \S/u.test(text)) ? box : []
}

function isDashed(row: Row): boolean {
  return row.kind === 'rule' && /[╌┄┈]/u.test(row.text)
}

/** Two empty rows, or many gaps, are where the transcript ends. */
function withoutTranscript(area: Row[]): Row[] {
  let gaps = 0
  let seenText = false
  for (let index = area.length - 1; index > 0; index--) {
    if (area[index]?.kind === 'text') seenText = true
    if (area[index]?.kind !== 'blank') continue
    // Codex leaves two rows free between the command and the options.
    if (area[index - 1]?.kind === 'blank' && seenText) return area.slice(index + 1)
    gaps += 1
    if (gaps > mostGaps) return area.slice(index + 1)
  }
  return area
}

/** What stands before a sentence in a list, or a question of inquirer's. */
const bullet = /^[●•◆⏺△?-]\s+/u

/** A narrow screen joins the title to the line below it, `Release notes: https://…`. */
const linkBehind = /\s+\p{Lu}[\p{L} ]*:\s+https?:\/\/.*$/u

interface Question {
  text: string
  rows: readonly Row[]
}

/** The lowest sentence with a question mark at its end; else the line right above the options, or the title. */
function findQuestion(lines: readonly Row[][], area: readonly Row[]): Question {
  const open = lines.filter((line) => !isEnclosed(line, area))
  for (const line of open.toReversed()) {
    const text = joined(line).replace(bullet, '')
    const sentences = text.split(/(?<=[.!?])\s+|(?<=:)\s+(?=\p{Lu})/u)
    const asked = sentences.findLast((sentence) => sentence.endsWith('?'))
    if (asked && !asked.startsWith('$ ')) return { text: asked, rows: line }
  }
  const first = open.find((line) => /\p{L}/u.test(joined(line))) ?? []
  return { text: joined(first).replace(bullet, '').replace(linkBehind, ''), rows: first }
}

/** Whether a line stands between dashed rules, or deeper in frames than the dialog. */
function isEnclosed(line: readonly Row[], area: readonly Row[]): boolean {
  const [row] = line
  if (!row) return false
  const dashed = area.filter(isDashed)
  const [first, last] = [dashed[0], dashed.at(-1)]
  if (first && last && row.y > first.y && row.y < last.y) return true
  return row.frames > Math.min(...area.filter(({ kind }) => kind === 'text').map((each) => each.frames))
}

interface Subject {
  text: string
  kind: Prompt['subjectKind']
  cut: boolean
}

/** What is asked about: what the dialog sets off by rules, by a frame, or by a `$`. */
function findSubject(area: readonly Row[], frames: number, question: Question): Subject {
  const dashed = area.filter(isDashed)
  const [first, last] = [dashed[0], dashed.at(-1)]
  if (first && last) {
    // Of a pair of which one is missing the upper one is out of the screen.
    const from = dashed.length > 1 ? first.y : -1
    const inside = area.filter(({ y }) => y > from && y < last.y)
    return describe(inside, area, dashed.length < 2)
  }
  const nested = area.filter((row) => row.frames > frames && row.kind === 'text')
  if (nested.length > 0) return describe(nested, area, false)
  const command = area.findIndex(({ text }) => /^\s*\$ \S/u.test(text))
  if (command >= 0) return describe(untilBlank(area.slice(command)), area, false)
  const destination = logicalLines(area).find((line) => /^(?:Destination|File|Path): \S/u.test(joined(line)))
  if (destination) {
    return { text: joined(destination).replace(/^\w+: /u, ''), kind: 'file', cut: false }
  }
  const url = linkIn(area)
  // Of a command an address is only a part, and the same one stands in many commands.
  if (url && !asksForCommand(area, question)) return { text: url, kind: 'url', cut: false }
  return describe(restOf(area, question), area, false)
}

/** Codex breaks a long link within a word: a full row, and a rest without a gap below it. */
function linkIn(area: readonly Row[]): string | undefined {
  const start = area.findIndex(({ text }) => /https?:\/\/\S/u.test(text))
  let link = /https?:\/\/\S+/u.exec(area[start]?.text ?? '')?.[0]
  if (link === undefined || !area[start]?.text.endsWith(link)) return link
  for (const [index, row] of area.slice(start).entries()) {
    const rest = /^\s*([\w/.?=&#%-]+)$/u.exec(area[start + index + 1]?.text ?? '')?.[1]
    if (row.text.length < row.room - widestMargin || rest === undefined) break
    link += rest
  }
  return link
}

/** Columns that programs leave free at the right edge. */
const widestMargin = 2

function asksForCommand(area: readonly Row[], question: Question): boolean {
  const [title = []] = paragraphs(area)
  return [...title, ...question.rows].some(({ text }) => /\b(?:bash|shell|command)\b/iu.test(text))
}

function untilBlank(rows: readonly Row[]): Row[] {
  const end = rows.findIndex(({ kind }) => kind !== 'text')
  return rows.slice(0, end < 0 ? rows.length : end)
}

/** Without anything set off: the paragraphs between the title and the question. */
function restOf(area: readonly Row[], question: Question): Row[] {
  const groups = paragraphs(area).filter((group) => !group.some((row) => question.rows.includes(row)))
  return groups.slice(1).flat()
}

const ellipsis = /(?:…|\.\.\.)\s*$|\b\d+ (?:more )?(?:lines?|rows?) (?:hidden|more)\b|\(\d+ more lines?\)/iu

function describe(rows: readonly Row[], area: readonly Row[], cut: boolean): Subject {
  const text = logicalLines(rows).map(joined).join('\n').replace(/^\$ /u, '')
  if (text === '') return { text, kind: 'none', cut }
  const about = area.map((row) => row.text).join('\n')
  const whole = !rows.some((row) => ellipsis.test(row.text))
  return { text, kind: subjectKind(text, rows, about), cut: cut || !whole }
}

function subjectKind(text: string, rows: readonly Row[], about: string): Prompt['subjectKind'] {
  if (rows.some((row) => /^\s*\d+\s*[-+]/u.test(row.text))) return 'diff'
  if (/\b(?:edit|create|write|update|overwrite) (?:file|to)\b|\bapply this change\b/iu.test(about))
    return 'diff'
  if (/^\s*\$ |\b(?:bash|shell|command)\b|\bexecution of\b/imu.test(about)) return 'command'
  if (/^https?:\/\/\S+$/u.test(text)) return 'url'
  if (/^(?:~|\.{0,2})\/\S+$/u.test(text)) return 'file'
  return 'text'
}
