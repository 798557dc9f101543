/** What the tap does with the program's output: everything passes but queries and imitations; facts are told. */
import { programStatusOsc, programStatusQuery } from '../../lib/program-status/report.ts'
import type { TapFact } from '../tap-message.ts'
import { encodeMessage } from './encode-message.ts'
import { FactReader } from './fact-reader.ts'
import { Outbox } from './outbox.ts'
import type { SequenceEvents, Verdict } from './sequence-events.ts'
import { SequenceParser } from './sequence-parser.ts'

interface FilterOptions {
  /** The session's secret, which the messages carry. */
  identity: string
  /** Input for the program: the answer to its query. */
  answer(bytes: string): void
  /** Milliseconds of a clock that only goes forward. */
  now(): number
}

/** No program may use an identity that begins so: it would pass for a tap. */
const ownIdentities = 'iterm-orch-'

const query = `${programStatusOsc};${programStatusQuery}`
const custom = '1337;custom=id='

/** Ends whatever the program left open: ST in every terminal. */
const stringTerminator = '\x1b\\'

export class OutputFilter {
  readonly #options: FilterOptions
  readonly #outbox = new Outbox()
  readonly #parser: SequenceParser
  readonly #facts: FactReader
  #number = 0
  #start: Extract<TapFact, { type: 'start' }> | undefined

  constructor(options: FilterOptions) {
    this.#options = options
    const facts = new FactReader(this.#outbox)
    this.#facts = facts
    const events: SequenceEvents = {
      bell: () => facts.bell(),
      escape: (final) => facts.escape(final),
      csi: (parameters, final) => facts.csi(parameters, final),
      osc: (number, data) => facts.osc(number, data),
      judge: (beginning) => judge(beginning, options.identity),
      judgeWhole: (body, terminator) => this.#judgeWhole(body, terminator),
      between: () => this.#encode(this.#outbox.take(options.now())),
    }
    this.#parser = new SequenceParser(events)
  }

  /** Takes output of the program; gives what goes to the terminal. */
  push(chunk: Buffer): Buffer[] {
    return this.#parser.push(chunk)
  }

  /** Something waits for its time. */
  get waiting(): boolean {
    return !this.#outbox.empty
  }

  /** What may be written now though the program says nothing. */
  pending(): string {
    return this.#parser.between ? this.#encode(this.#outbox.take(this.#options.now())) : ''
  }

  /** The message that the program was started; before its first output. */
  started(fact: Extract<TapFact, { type: 'start' }>): string {
    this.#start = fact
    return this.#encode([fact])
  }

  /** To be told once more: that the program was started, and its modes. For whoever did not hear it. */
  repeat(): void {
    if (this.#start) this.#outbox.offerEvent(this.#start)
    this.#outbox.forget('modes')
    this.#facts.tellModes()
  }

  /** The last that is written: what stayed behind, what waits, and that the program ended. */
  ended(fact: Extract<TapFact, { type: 'exit' }>): Buffer {
    const terminator = this.#parser.between ? '' : stringTerminator
    const messages = this.#encode([...this.#outbox.takeAll(), fact])
    return Buffer.concat([...this.#parser.flush(), Buffer.from(terminator + messages, 'latin1')])
  }

  /** What stayed behind, when the filter is given up. */
  flush(): Buffer[] {
    return this.#parser.flush()
  }

  #encode(facts: TapFact[]): string {
    return facts
      .map((fact) => {
        this.#number++
        return encodeMessage(this.#options.identity, this.#number, fact)
      })
      .join('')
  }

  #judgeWhole(body: string, terminator: string): 'pass' | 'drop' {
    if (body === query) {
      this.#options.answer(`\x1b]${query}${terminator}`)
      return 'drop'
    }
    const identity = body.toLowerCase().startsWith(custom) ? body.slice(custom.length) : undefined
    return identity === this.#options.identity ? 'drop' : 'pass'
  }
}

/** Waits no longer than needed: until the bytes cannot be a query or an imitation any more, or must be. */
function judge(beginning: string, identity: string): Verdict {
  if (query.startsWith(beginning)) return 'undecided'
  const lower = beginning.toLowerCase()
  if (custom.startsWith(lower)) return 'undecided'
  if (!lower.startsWith(custom)) return 'pass'
  const given = beginning.slice(custom.length)
  if (given.toLowerCase().startsWith(ownIdentities) || given === `${identity}:`) return 'drop'
  return identity.startsWith(given) || ownIdentities.startsWith(given.toLowerCase()) ? 'undecided' : 'pass'
}
