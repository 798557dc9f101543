/** The modes that a program has set in the terminal, as far as they matter to whoever types into it. */
import type { TapFact } from '../tap-message.ts'

type Modes = Omit<Extract<TapFact, { type: 'modes' }>, 'type'>

const bracketedPaste = 2004
const focusReporting = 1004
const synchronizedOutput = 2026
const alternateScreens = [47, 1047, 1049]
const mouses: ReadonlyMap<number, Modes['mouse']> = new Map<number, Modes['mouse']>([
  [9, 'x10'],
  [1000, 'vt200'],
  [1002, 'drag'],
  [1003, 'any'],
])
const known = new Set([bracketedPaste, focusReporting, ...alternateScreens, ...mouses.keys()])

/** Entries of a stack of keyboard flags; the protocol leaves the limit to the terminal. */
const deepestKeyboard = 32

export class ProgramModes {
  /** DEC private modes that are on, in the order in which they were set. */
  readonly #on = new Set<number>()
  /** What XTSAVE saved. */
  readonly #saved = new Map<number, boolean>()
  /** Flags of the kitty keyboard protocol, the one in force last; each screen has its own. */
  readonly #keyboards = { main: [0], alternate: [0] }
  #synchronizes = false

  /** Takes `CSI <parameters> <final>`; false when it says nothing of a mode. */
  take(parameters: string, final: string): boolean {
    if (final === 'u') return this.#takeKeyboard(parameters)
    if (!/^\?[\d;]+$/.test(parameters)) return false
    const numbers = parameters.slice(1).split(';').map(Number)
    if (final === 'h' || final === 'l') for (const number of numbers) this.#set(number, final === 'h')
    else if (final === 's') this.#save(numbers)
    else if (final === 'r') for (const number of numbers) this.#restore(number)
    else return false
    return true
  }

  /** The terminal was reset (RIS). */
  reset(): void {
    this.#on.clear()
    this.#saved.clear()
    this.#keyboards.main = [0]
    this.#keyboards.alternate = [0]
    this.#synchronizes = false
  }

  get values(): Modes {
    // The mouse mode that was set last is in force.
    const mouse = [...this.#on].map((number) => mouses.get(number)).findLast((name) => name !== undefined)
    return {
      bracketedPaste: this.#on.has(bracketedPaste),
      alternateScreen: this.#alternate,
      focusReporting: this.#on.has(focusReporting),
      mouse: mouse ?? 'none',
      synchronizedOutput: this.#synchronizes,
      kittyKeyboard: this.#keyboard.at(-1) ?? 0,
    }
  }

  get #alternate(): boolean {
    return alternateScreens.some((number) => this.#on.has(number))
  }

  get #keyboard(): number[] {
    return this.#keyboards[this.#alternate ? 'alternate' : 'main']
  }

  #set(number: number, on: boolean): void {
    if (number === synchronizedOutput) this.#synchronizes ||= on
    if (!known.has(number)) return
    this.#on.delete(number)
    if (on) this.#on.add(number)
    // Any of the three leaves the alternate screen, whichever entered it.
    else if (alternateScreens.includes(number)) for (const one of alternateScreens) this.#on.delete(one)
  }

  #save(numbers: number[]): void {
    for (const number of numbers) if (known.has(number)) this.#saved.set(number, this.#on.has(number))
  }

  #restore(number: number): void {
    const saved = this.#saved.get(number)
    if (saved !== undefined) this.#set(number, saved)
  }

  /** `> flags u` pushes, `< count u` pops, `= flags ; how u` sets (1), adds (2) or removes (3). */
  #takeKeyboard(parameters: string): boolean {
    const match = /^([<=>])(\d{0,4})(?:;([123]))?$/.exec(parameters)
    if (!match) return false
    const [, marker, text = '', how = '1'] = match
    const stack = this.#keyboard
    if (marker === '>') {
      stack.push(Number(text))
      if (stack.length > deepestKeyboard) stack.shift()
    } else if (marker === '<') {
      stack.splice(Math.max(0, stack.length - (Number(text) || 1)))
      if (stack.length === 0) stack.push(0)
    } else {
      const flags = Number(text)
      const before = stack.pop() ?? 0
      stack.push(how === '1' ? flags : how === '2' ? before | flags : before & ~flags)
    }
    return true
  }
}
