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
  const kind = isTyping(view, rows, menu) ? 'free-text' : kindOf(words)
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
  const prompt = { kind, question, ...subjectFor(kind, dialog), context, options, truncated }
  return { prompt: withFingerprint(prompt), limit: isLimitDialog(words) }
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

/** Text is being typed into the selected option: the cursor stands behind its label. */
function isTyping(view: ScreenView, rows: readonly Row[], menu: Menu): boolean {
  const selected = menu.options.find((option) => option.selected)
  const { cursor } = view
  if (!selected || !cursor || menu.cursor !== 'glyph') return false
  const row = rows[cursor.y]
  if (row?.kind !== 'text' || cursor.y < menu.top || cursor.y > menu.bottom) return false
  const glyph = /^\s*[❯›▶●]/u.test(row.text)
  // Codex leaves the cursor at the right edge after it has drawn the line; that is no typing.
  const end = row.offset + row.text.length + 1
  return glyph && cursor.x > row.offset + row.indent + 3 && cursor.x <= end
}
