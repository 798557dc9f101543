/** Colours that the host names when a program asks for them; nothing is drawn with them. */
import type { RGBColor } from '../../messages/iterm2.ts'

/** Soft white on soft black, as in the `Dark` preset: agents choose their dark theme. */
export const defaultColors = {
  foreground: hex('e6e6e6'),
  background: hex('161616'),
  cursor: hex('e6e6e6'),
} as const

/** The 16 ANSI colours of the xterm defaults. */
const ansi =
  '000000 cd0000 00cd00 cdcd00 0000ee cd00cd 00cdcd e5e5e5 7f7f7f ff0000 00ff00 ffff00 5c5cff ff00ff 00ffff ffffff'
    .split(' ')
    .map(hex)

/** Levels of the 6×6×6 colour cube at 16 to 231. */
const cubeLevels = [0, 95, 135, 175, 215, 255]

/** Colour 0 to 255 of the xterm palette: 16 ANSI colours, a cube, 24 greys. */
export function paletteColor(index: number): RGBColor {
  const named = ansi[index]
  if (named) return named
  if (index >= 232) {
    const level = 8 + (index - 232) * 10
    return { red: level, green: level, blue: level }
  }
  const cube = index - 16
  const level = (step: number) => cubeLevels[step % 6] ?? 0
  return { red: level(Math.floor(cube / 36)), green: level(Math.floor(cube / 6)), blue: level(cube) }
}

function hex(digits: string): RGBColor {
  const value = Number.parseInt(digits, 16)
  return { red: value >> 16, green: (value >> 8) & 0xff, blue: value & 0xff }
}
