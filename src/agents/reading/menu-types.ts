/** A menu as it stands on the screen, before it is known what it asks. */

export interface MenuOption {
  /** The option's number as shown, or its place from 1 where none is shown. */
  number: number
  numbered: boolean
  label: string
  /** Text below or beside the label that explains it. */
  description: string
  selected: boolean
  /** Ticked or not in a menu where several may be chosen; absent in others. */
  ticked?: boolean
  /** A key named at the label's end, as in `Yes, proceed (y)`. */
  shortcut?: string
}

/** A line of its own below the options, open for a text. */
export interface MenuField {
  top: number
  bottom: number
  /** What has been typed into it. */
  text: string
}

export interface Menu {
  form: 'list' | 'buttons'
  options: MenuOption[]
  /** First and last row of the options, and of the field below them. */
  top: number
  bottom: number
  /** What shows which option is selected. */
  cursor: 'glyph' | 'style' | 'unknown'
  /** The line of key hints below. */
  hints: string
  /** More options than the screen shows. */
  cut: boolean
  field?: MenuField
}
