/**
 * Follows the output of a program so far that it knows where a control sequence begins and ends. The states
 * are those of DEC's terminals (Paul Williams, vt100.net/emu/dec_ansi_parser), with UTF-8 around them.
 */
import { OscReader } from './osc-reader.ts'
import { OutputPieces } from './output-pieces.ts'
import type { SequenceEvents, Verdict } from './sequence-events.ts'

const longestParameters = 256

const bel = 0x07
const can = 0x18
const sub = 0x1a
const esc = 0x1b
const backslash = 0x5c
/** First byte of the C1 controls in UTF-8. */
const c1Lead = 0xc2
const st8 = 0x9c
/** What begins a string other than OSC, after ESC and as C1: DCS, SOS, PM, APC, and the title of screen(1). */
const stringFinals = new Set([0x50, 0x58, 0x5e, 0x5f, 0x6b])
const stringC1s = new Set([0x90, 0x98, 0x9e, 0x9f])

export class SequenceParser {
  readonly #events: SequenceEvents
  readonly #pieces = new OutputPieces()
  readonly #osc: OscReader
  #state: 'ground' | 'c1' | 'escape' | 'csi' | 'osc' | 'string' = 'ground'
  /** The string in which the escape or C1 began: it may be the terminator. */
  #within: 'osc' | 'string' | undefined
  /** A string that was left without terminator: terminals that read differently may still be in it. */
  #dubious: 'osc' | 'string' | undefined
  /** Bytes that are missing of a character. */
  #charLeft = 0
  #parameters = ''
  /** The present sequence began in the middle of another one, or of a character, and ended it. */
  #cutsOff = false
  #happened = false

  constructor(events: SequenceEvents) {
    this.#events = events
    this.#osc = new OscReader(events)
  }

  /** Nothing is open, neither a sequence nor a character. */
  get between(): boolean {
    return this.#state === 'ground' && this.#charLeft === 0 && this.#dubious === undefined
  }

  /** Takes output and gives what goes outward, in order. Only what may turn out to be dropped stays behind. */
  push(chunk: Buffer): Buffer[] {
    this.#pieces.begin(chunk)
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] ?? 0
      // By far the most bytes.
      if (byte >= 0x20 && byte < 0x7f && this.#state === 'ground') {
        this.#charLeft = 0
        continue
      }
      this.#step(byte, at)
      if (this.#happened && this.between) this.#insertAfter(at)
    }
    if (this.between) this.#insertAfter(chunk.length - 1)
    return this.#pieces.end()
  }

  /** What stayed behind; nothing more will come. */
  flush(): Buffer[] {
    return this.#pieces.flush()
  }

  #insertAfter(at: number): void {
    this.#happened = false
    const text = this.#events.between()
    if (text !== '') this.#pieces.insertAfter(at, Buffer.from(text, 'latin1'))
  }

  #step(byte: number, at: number): void {
    if (byte === esc) this.#startEscape(at)
    else if (byte === can || byte === sub) this.#abort(at)
    else if (this.#state === 'osc' || this.#state === 'string') this.#inString(byte, at)
    else if (this.#state === 'c1') this.#afterC1Lead(byte, at)
    else if (this.#state === 'escape') this.#escape(byte, at)
    else if (this.#state === 'csi') this.#csi(byte, at)
    else this.#ground(byte, at)
  }

  #ground(byte: number, at: number): void {
    if (byte === bel) this.#bell()
    if (byte === c1Lead) this.#introduce('c1', at)
    else if (byte >= 0xc3 && byte <= 0xf4) this.#charLeft = byte >= 0xf0 ? 3 : byte >= 0xe0 ? 2 : 1
    else if (byte >= 0x80 && byte < 0xc0 && this.#charLeft > 0) this.#charLeft--
    else this.#charLeft = 0
  }

  #bell(): void {
    if (this.#dubious === 'osc') this.#dubious = undefined
    this.#events.bell()
    this.#happened = true
  }

  /** ESC or the lead of a C1: alone it does nothing in a terminal, so it can wait for what follows. */
  #introduce(state: 'escape' | 'c1', at: number): void {
    if (this.#state === 'osc' || this.#state === 'string') {
      this.#within = this.#state
      if (this.#pieces.passing) this.#pieces.hold(at)
    } else {
      this.#cutsOff = this.#state !== 'ground' || this.#charLeft > 0
      this.#pieces.release()
      this.#pieces.hold(at)
    }
    this.#charLeft = 0
    this.#parameters = ''
    this.#state = state
  }

  #startEscape(at: number): void {
    if (this.#within) {
      if (this.#state === 'c1') this.#resumeString()
      else this.#leaveString(at)
    }
    this.#introduce('escape', at)
  }

  #escape(byte: number, at: number): void {
    if (this.#within && byte === backslash) {
      this.#endString(at, '\x1b\\')
      return
    }
    if (this.#within) this.#leaveString(at)
    if (byte === 0x5d && this.#parameters === '') {
      this.#startOsc()
      return
    }
    this.#pieces.release()
    if (byte === bel) this.#bell()
    else if (byte >= 0x80) this.#again(byte, at)
    // An intermediate, after which every final only ends the sequence.
    else if (byte >= 0x20 && byte < 0x30) this.#parameters = ' '
    else if (byte >= 0x30 && byte < 0x7f) this.#endEscape(byte)
  }

  #endEscape(byte: number): void {
    this.#state = 'ground'
    if (this.#parameters !== '') return
    if (byte === 0x5b) this.#state = 'csi'
    else if (stringFinals.has(byte)) this.#state = 'string'
    else {
      if (byte === backslash) this.#dubious = undefined
      this.#events.escape(String.fromCharCode(byte))
      this.#happened = true
    }
  }

  #csi(byte: number, at: number): void {
    if (byte === bel) this.#bell()
    else if (byte >= 0x80) this.#again(byte, at)
    else if (byte >= 0x20 && byte < 0x40) {
      if (this.#parameters.length < longestParameters) this.#parameters += String.fromCharCode(byte)
    } else if (byte >= 0x40 && byte < 0x7f) {
      this.#state = 'ground'
      const marker = this.#parameters.charCodeAt(0)
      if (!(marker >= 0x3c && marker < 0x40)) return
      this.#events.csi(this.#parameters, String.fromCharCode(byte))
      this.#happened = true
    }
  }

  /** The byte after 0xC2 tells a C1 control, which some terminals obey, from an ordinary character. */
  #afterC1Lead(byte: number, at: number): void {
    const isC1 = byte >= 0x80 && byte < 0xa0
    if (!isC1) {
      if (this.#within) this.#resumeString()
      else this.#state = 'ground'
      if (this.#state === 'ground') this.#pieces.release()
      if (this.#state !== 'ground' || byte < 0x80 || byte > 0xbf) this.#step(byte, at)
      return
    }
    const within = this.#within
    if (within && byte === st8) {
      this.#endString(at, '\xc2\x9c')
      if (within === 'string' || this.#osc.verdict === 'pass') this.#dubious = within
      return
    }
    if (within) this.#leaveString(at)
    if (byte === 0x9d) {
      this.#startOsc()
      return
    }
    this.#pieces.release()
    if (byte === 0x9b) this.#state = 'csi'
    else this.#state = stringC1s.has(byte) ? 'string' : 'ground'
  }

  #startOsc(): void {
    this.#state = 'osc'
    this.#osc.start()
    this.#judged(this.#osc.verdict)
  }

  #inString(byte: number, at: number): void {
    if (byte === c1Lead) this.#introduce('c1', at)
    else if (this.#state === 'string') return
    else if (byte === bel) this.#endString(at, '\x07')
    else this.#judged(this.#osc.take(byte))
  }

  #judged(verdict: Verdict): void {
    if (verdict === 'pass') this.#pieces.release()
    else if (verdict === 'drop') this.#pieces.drop()
  }

  /** The terminator, whose last byte is at `at`. */
  #endString(at: number, terminator: string): void {
    const osc = (this.#within ?? this.#state) === 'osc'
    this.#within = undefined
    this.#state = 'ground'
    const verdict = osc ? this.#osc.end(terminator) : 'pass'
    this.#judged(verdict)
    this.#happened ||= osc
    // What is dropped terminates nothing in the terminal.
    const ends = terminator === '\x1b\\' || (terminator === '\x07' && this.#dubious === 'osc')
    if (ends && verdict === 'pass') this.#dubious = undefined
    this.#pieces.release()
    this.#pieces.dropThrough(at)
    // What it cut off must not be completed by what follows.
    if (verdict === 'drop' && this.#cutsOff) this.#pieces.insertAfter(at, Buffer.of(can))
  }

  /** The string ended before the byte that introduced something else, which is just before the one at `at`. */
  #leaveString(at: number): void {
    if (this.#within === 'string') this.#dubious = 'string'
    else if (this.#osc.verdict !== 'drop') this.#dubious ??= 'osc'
    this.#within = undefined
    this.#pieces.holdLast(at)
  }

  /** The lead of a C1 was part of a character in a string. */
  #resumeString(): void {
    const { verdict } = this.#osc
    if (this.#within === 'string' || verdict === 'pass') this.#pieces.release()
    this.#state = this.#within ?? 'ground'
    this.#within = undefined
    if (this.#state === 'osc') this.#judged(this.#osc.take(c1Lead))
  }

  /** CAN and SUB end everything, everywhere. */
  #abort(at: number): void {
    this.#state = 'ground'
    this.#within = undefined
    this.#dubious = undefined
    this.#charLeft = 0
    this.#pieces.release()
    this.#pieces.dropThrough(at - 1)
  }

  /** A byte that has no place in the sequence ends it. */
  #again(byte: number, at: number): void {
    this.#state = 'ground'
    this.#ground(byte, at)
  }
}
