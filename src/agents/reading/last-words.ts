/** What an agent has said last, from the text of its screen: below the last order, above the box for the next one. */
import type { CompiledProfile } from '../compiled-profile.ts'
import { findInputBox } from './input-box.ts'
import { paragraphs, plainRows, type Row } from './rows.ts'
import type { CellLook, ScreenView } from './screen-view.ts'
import { isAside, lastTurn } from './signatures.ts'

/** A message begins so: `● All done.` */
const bullet = /^\s{0,2}[^\p{L}\p{N}\s"'([{`#>~|-]\s+(?=\S)/u

/** Undefined where the screen shows no input box, and nobody knows where to look. */
export function lastWordsOn(
  lines: readonly string[],
  { profile, signatures }: CompiledProfile,
): string | undefined {
  const view = textView(lines)
  const rows = plainRows(view)
  const box = profile.inputBox && findInputBox(view, rows, profile.inputBox)
  if (!box) return undefined
  const turn = lastTurn(rows.slice(0, box.top), profile.inputBox?.glyphs ?? '')
  const said = paragraphs(turn.filter((row) => !isAside(row))).filter((block) => !isStatus(block, signatures))
  const begin = said.findLastIndex(([first]) => first !== undefined && bullet.test(first.text))
  const message = said.slice(begin < 0 ? -1 : begin)
  const text = message.map((block) => block.map((row) => row.text.trimEnd()).join('\n')).join('\n\n')
  return text === '' ? undefined : text.replace(bullet, '').trim()
}

/** A line about the work, such as `✻ Churned for 6s`: nothing that was said. */
function isStatus([first]: readonly Row[], signatures: CompiledProfile['signatures']): boolean {
  const text = first?.text.trim() ?? ''
  return signatures.some(({ region, state, search }) => {
    if (region !== 'above-box' && region !== 'last-block') return false
    return (state === 'idle' || state === 'working') && (search.search([text])[0] ?? -1) >= 0
  })
}

const plain = { kind: 'default' } as const
const look: CellLook = { bold: false, faint: false, inverse: false, foreground: plain, background: plain }

function textView(lines: readonly string[]): ScreenView {
  const rows = lines.map((text) => ({
    text,
    wrapped: false,
    cellAt: (x: number) => ({ text: text[x] ?? ' ', width: 1, style: look }),
  }))
  return { rows, columns: Math.max(1, ...lines.map((text) => text.length)), cursor: undefined, styled: false }
}
