/** Colour presets of the host, and the request that reads them. */
import { ColorPresetResponseStatus } from '../../messages/iterm2.ts'
import type { RequestHandler } from '../handler.ts'
import type { Profile } from './profile-keys.ts'

/** Hexadecimal sRGB: foreground, background, cursor, then the 16 ANSI colours. */
interface Palette {
  foreground: string
  background: string
  cursor: string
  ansi: readonly string[]
}

/** The ANSI colours are the ones of the xterm defaults; the grounds are soft black and white. */
const xterm =
  '000000 cd0000 00cd00 cdcd00 0000ee cd00cd 00cdcd e5e5e5 7f7f7f ff0000 00ff00 ffff00 5c5cff ff00ff 00ffff ffffff'
const palettes: Readonly<Record<string, Palette>> = {
  Dark: { foreground: 'e6e6e6', background: '161616', cursor: 'e6e6e6', ansi: xterm.split(' ') },
  Light: { foreground: '1e1e1e', background: 'fafafa', cursor: '1e1e1e', ansi: xterm.split(' ') },
}

/** The profile keys that a preset sets; none when there is no preset of this name. */
export function colorPreset(name: string): Profile {
  const palette = Object.hasOwn(palettes, name) ? palettes[name] : undefined
  if (!palette) return {}
  return Object.fromEntries([
    ['Foreground Color', colorOf(palette.foreground)],
    ['Background Color', colorOf(palette.background)],
    ['Cursor Color', colorOf(palette.cursor)],
    ...palette.ansi.map((hex, index) => [`Ansi ${index} Color`, colorOf(hex)]),
  ])
}

export function colorPresetHandler(): RequestHandler<'colorPreset'> {
  return ({ listPresets, getPreset }) => {
    if (listPresets)
      return { status: ColorPresetResponseStatus.OK, listPresets: { name: Object.keys(palettes) } }
    if (!getPreset) return { status: ColorPresetResponseStatus.REQUEST_MALFORMED }
    const preset = Object.entries(colorPreset(getPreset.name ?? ''))
    if (preset.length === 0) return { status: ColorPresetResponseStatus.PRESET_NOT_FOUND }
    return {
      status: ColorPresetResponseStatus.OK,
      getPreset: { colorSettings: preset.map(([key, color]) => ({ key, ...settingOf(color) })) },
    }
  }
}

function colorOf(hex: string) {
  const part = (index: number) => Number.parseInt(hex.slice(index * 2, index * 2 + 2), 16) / 255
  return {
    'Red Component': part(0),
    'Green Component': part(1),
    'Blue Component': part(2),
    'Alpha Component': 1,
    'Color Space': 'sRGB',
  }
}

function settingOf(color: Profile[string] | undefined) {
  const parts = typeof color === 'object' && color !== null && !Array.isArray(color) ? color : {}
  const number = (name: string) => Number(parts[name])
  return {
    red: number('Red Component'),
    green: number('Green Component'),
    blue: number('Blue Component'),
    alpha: number('Alpha Component'),
    colorSpace: String(parts['Color Space']),
  }
}
