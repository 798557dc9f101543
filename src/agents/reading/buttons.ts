/** Options side by side, the selected one known only by its look. */
import { namesKey } from './hints.ts'
import { isFilled, looksOf } from './looks.ts'
import type { Menu } from './menu-types.ts'
import type { Row } from './rows.ts'
import type { CellLook, ScreenView } from './screen-view.ts'

/** Buttons stand near the bottom: rows that are looked at. */
const lowest = 12

interface Part {
  text: string
  look: CellLook | undefined
}

export function findButtons(view: ScreenView, rows: readonly Row[]): Menu | undefined {
  const last = rows.findLastIndex(({ kind }) => kind === 'text')
  for (const row of rows.slice(Math.max(0, last - lowest), last + 1).toReversed()) {
    if (row.kind !== 'text') continue
    const parts = splitParts(row)
    const labels = parts.filter(({ text }) => !namesKey(text))
    const below = rows.slice(row.y + 1).filter(({ kind }) => kind === 'text')
    const hints = [...parts.map(({ text }) => text), ...below.map(({ text }) => text.trim())].filter(namesKey)
    if (labels.length < 2 || !/\benter\b|⏎/iu.test(hints.join(' '))) continue
    if (below.some(({ text }) => !namesKey(text))) continue
    const chosen = labels.filter(({ look }) => look && isFilled(look))
    // Without looks only a line that has its own hints beside the buttons is known to be one.
    const blind = !view.styled && hints.length > below.length
    if (chosen.length !== 1 && !blind) continue
    const options = labels.map((part, index) => ({
      number: index + 1,
      numbered: false,
      label: part.text,
      description: '',
      selected: part === chosen[0],
    }))
    const cursor = chosen.length === 1 ? 'style' : 'unknown'
    return { form: 'buttons', options, top: row.y, bottom: row.y, cursor, hints: hints.join(' '), cut: false }
  }
  return undefined
}

function splitParts(row: Row): Part[] {
  return [...row.text.matchAll(/\S+(?: \S+)*/gu)].map((match) => ({
    text: match[0],
    look: looksOf(row, match.index, match.index + 1)[0],
  }))
}
