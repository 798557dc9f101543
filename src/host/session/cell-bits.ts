/** How @xterm/headless packs a cell into three 32-bit numbers. */
export const cellSize = 3

export const content = {
  codePoint: 0x1fffff,
  /** The text is in `_combined` instead. */
  combined: 0x200000,
  /** Anything was written to the cell. */
  written: 0x3fffff,
  widthShift: 22,
} as const

/** Of foreground, background and underline colour alike. */
export const color = {
  mode: 0x3000000,
  palette16: 0x1000000,
  palette256: 0x2000000,
  rgb: 0x3000000,
  index: 0xff,
} as const

export const foreground = {
  inverse: 0x4000000,
  bold: 0x8000000,
  underline: 0x10000000,
  blink: 0x20000000,
  invisible: 0x40000000,
  strikethrough: 0x80000000,
} as const

export const background = {
  italic: 0x4000000,
  faint: 0x8000000,
  extended: 0x10000000,
  guarded: 0x20000000,
} as const
