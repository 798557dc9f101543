/** Colours as profiles and presets hold them. */
import { Iterm2Error } from '../errors.ts'
import type { JsonValue } from '../json.ts'
import { memberOf } from '../json-values.ts'

const colorSpaces = ['sRGB', 'Calibrated', 'P3'] as const

/** Components from 0 to 1. */
export interface Color {
  red: number
  green: number
  blue: number
  alpha: number
  space: (typeof colorSpaces)[number]
}

/** A colour from `#rgb`, `#rrggbb` or `#rrggbbaa`, in sRGB. */
export function colorFromHex(hex: string): Color {
  const digits = /^#?([0-9a-f]{3}|[0-9a-f]{6}|[0-9a-f]{8})$/i.exec(hex)?.[1]
  if (digits === undefined) throw new Iterm2Error('invalid-argument', `${JSON.stringify(hex)} is no colour.`)
  const full = digits.length === 3 ? digits.replaceAll(/./g, '$&$&') : digits
  const component = (index: number): number => {
    const pair = full.slice(index * 2, index * 2 + 2)
    return pair === '' ? 1 : Number.parseInt(pair, 16) / 255
  }
  return { red: component(0), green: component(1), blue: component(2), alpha: component(3), space: 'sRGB' }
}

/** `#rrggbb`; the alpha component is not part of it. */
export function colorToHex(color: Color): string {
  const pair = (component: number): string => {
    const byte = Math.round(Math.min(1, Math.max(0, component)) * 255)
    return byte.toString(16).padStart(2, '0')
  }
  return `#${pair(color.red)}${pair(color.green)}${pair(color.blue)}`
}

/** Undefined when the value is no colour. A colour without space is Calibrated, without alpha opaque. */
export function decodeColor(value: JsonValue): Color | undefined {
  const red = component(value, 'Red Component')
  const green = component(value, 'Green Component')
  const blue = component(value, 'Blue Component')
  if (red === undefined || green === undefined || blue === undefined) return undefined
  return {
    red,
    green,
    blue,
    alpha: component(value, 'Alpha Component') ?? 1,
    space: decodeColorSpace(memberOf(value, 'Color Space')),
  }
}

export function encodeColor(color: Color): JsonValue {
  return {
    'Red Component': color.red,
    'Green Component': color.green,
    'Blue Component': color.blue,
    'Alpha Component': color.alpha,
    'Color Space': color.space,
  }
}

export function decodeColorSpace(value: JsonValue | undefined): Color['space'] {
  return colorSpaces.find((space) => space === value) ?? 'Calibrated'
}

function component(value: JsonValue, key: string): number | undefined {
  const member = memberOf(value, key)
  return typeof member === 'number' ? member : undefined
}
