/** Questions of a program that the emulator leaves unanswered: its name and its colours. */
import type { RGBColor } from '../../messages/iterm2.ts'
import type { Emulator } from './emulator.ts'
import { defaultColors, paletteColor } from './palette.ts'

/** What XTVERSION answers. */
const terminalName = 'iterm-orch'

/** Answers in one OSC 4; a program that asks for all 256 colours asks once. */
const maxColorAnswers = 256

export function answerQueries(emulator: Emulator, reply: (text: string) => void): void {
  emulator.terminal.parser.registerCsiHandler({ prefix: '>', final: 'q' }, () => {
    reply(`\x1bP>|${terminalName}\x1b\\`)
    return true
  })
  const dynamic: [number, RGBColor][] = [
    [10, defaultColors.foreground],
    [11, defaultColors.background],
    [12, defaultColors.cursor],
  ]
  for (const [first] of dynamic) {
    emulator.onOsc(first, (data) => {
      // Further parts are for the colours that follow: OSC 10 ; ? ; ? asks for foreground and background.
      const parts = data.split(';').slice(0, dynamic.length)
      for (const [index, part] of parts.entries()) {
        const wanted = dynamic.find(([number]) => number === first + index)
        if (part === '?' && wanted) reply(`\x1b]${wanted[0]};${rgbText(wanted[1])}\x1b\\`)
      }
      return true
    })
  }
  emulator.onOsc(4, (data) => {
    const parts = data.split(';').slice(0, 2 * maxColorAnswers)
    for (let index = 0; index + 1 < parts.length; index += 2) {
      const number = Number(parts[index])
      if (parts[index + 1] !== '?' || !Number.isInteger(number) || number < 0 || number > 255) continue
      reply(`\x1b]4;${number};${rgbText(paletteColor(number))}\x1b\\`)
    }
    return true
  })
}

/** X11's form with 16 bits for each component. */
function rgbText({ red = 0, green = 0, blue = 0 }: RGBColor): string {
  const component = (value: number) => value.toString(16).padStart(2, '0').repeat(2)
  return `rgb:${component(red)}/${component(green)}/${component(blue)}`
}
