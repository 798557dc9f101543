/** Makes a prompt of a menu and the dialog above it. */
import type { AgentProfile } from '../profile-schema.ts'
import { type Dialog, readDialog } from './dialog.ts'
import { isLimitDialog, kindOf, meaningOf } from './meaning.ts'
import type { Menu } from './menu-types.ts'
import { keysOf } from './option-keys.ts'
import { type Prompt, type PromptKind, withFingerprint } from './prompt.ts'
import type { Row } from './rows.ts'
import type { ScreenView } from './screen-view.ts'

export interface MenuPrompt {
  prompt: Prompt
  /** It offers what to do because a quota is used up. */
  limit: boolean
}

export function readPrompt(
  view: ScreenView,
  rows: readonly Row[],
  menu: Menu,
  profile: AgentProfile,
): MenuPrompt {
  const dialog = readDialog(rows, menu)
  const words = { ...dialog, options: menu.options, cut: menu.cut }
  const inLabel = menu.field ? undefined : typedInto(view, rows, menu)
  const field = menu.field?.text ?? inLabel
  const closedKind = kindOf(words)
  const kind = field === undefined ? closedKind : 'free-text'
  const options = menu.options.map((option) => ({
    number: option.number,
    label: option.label,
    description: option.description,
    meaning: meaningOf(option.label),
    selected: option.selected,
    ...(option.ticked !== undefined && { ticked: option.ticked }),
    keys: keysOf(menu, option, kind, profile),
  }))
  const { question, context, truncated } = dialog
  const about = { kind, question, ...subjectFor(kind, dialog), context, options, truncated }
  const prompt = field === undefined ? about : { ...about, field }
  // "Type something" turns into the text.
  const labels = options.map(({ label, meaning, selected }) =>
    meaning === 'amend' || (selected && inLabel !== undefined) ? '' : label,
  )
  return { prompt: withFingerprint(prompt, { kind: closedKind, labels }), limit: isLimitDialog(words) }
}

/** A question's text is all it is about, what stands between is explanation; trust is about a directory. */
function subjectFor(kind: PromptKind, dialog: Dialog): Pick<Prompt, 'subject' | 'subjectKind'> {
  const { subject, subjectKind, context } = dialog
  if (kind === 'trust') {
    const path = /^(?:~|\/)\S*$/mu.exec(context)?.[0]
    return path ? { subject: path, subjectKind: 'file' } : { subject: '', subjectKind: 'none' }
  }
  const asks = kind === 'question' || kind === 'choice' || kind === 'multi-select' || kind === 'free-text'
  return asks && subjectKind === 'text' ? { subject: '', subjectKind: 'none' } : { subject, subjectKind }
}

/** The text in the selected option's label, when the cursor stands in it to type; empty behind its hint. */
function typedInto(view: ScreenView, rows: readonly Row[], menu: Menu): string | undefined {
  const selected = menu.options.find((option) => option.selected)
  const { cursor } = view
  if (!selected || !cursor || menu.cursor !== 'glyph') return undefined
  const row = rows[cursor.y]
  if (row?.kind !== 'text' || cursor.y < menu.top || cursor.y > menu.bottom) return undefined
  const glyph = /^\s*[❯›▶●]/u.test(row.text)
  // Codex leaves the cursor at the right edge after it has drawn the line; that is no typing.
  const end = row.offset + row.text.length + 1
  if (!glyph || cursor.x <= row.offset + row.indent + 3 || cursor.x > end) return undefined
  return meaningOf(selected.label) === 'amend' ? '' : selected.label
}
