import fc from 'fast-check'
import { expect, test } from 'vitest'
import { OutputFilter } from '../../../src/signals/tap/output-filter.ts'
import { decodeTapPayload, type TapFact } from '../../../src/signals/tap-message.ts'

const identity = 'iterm-orch-0123456789abcdef'
const base64 = (text: string) => Buffer.from(text).toString('base64')

function filter() {
  const answers: string[] = []
  let now = 0
  const made = new OutputFilter({ identity, answer: (bytes) => answers.push(bytes), now: () => now })
  return {
    answers,
    pass: (ms: number) => {
      now += ms
    },
    push: (bytes: Buffer | string) => text(made.push(Buffer.from(bytes as string, 'latin1'))),
    pushBytes: (bytes: Buffer) => text(made.push(bytes)),
    pending: () => made.pending(),
    started: (fact: Extract<TapFact, { type: 'start' }>) => made.started(fact),
    repeat: () => made.repeat(),
    end: () => made.ended({ type: 'exit', exitCode: 0 }).toString('latin1'),
  }
}

const text = (pieces: Buffer[]) => Buffer.concat(pieces).toString('latin1')

const message = new RegExp(`\\x1b\\]1337;Custom=id=${identity}:([A-Za-z0-9+/=]*)\\x07`, 'g')

function facts(output: string): (TapFact | undefined)[] {
  return [...output.matchAll(message)].map(([, payload = '']) => decodeTapPayload(payload)?.fact)
}

const programsOwn = (output: string) => output.replaceAll(message, '')

/** All output of a program that says the pieces, however they are cut, with the facts in it. */
function run(bytes: Buffer, cuts: number[] = []) {
  const one = filter()
  let output = ''
  let from = 0
  for (const cut of [...cuts.toSorted((a, b) => a - b), bytes.length]) {
    output += one.pushBytes(bytes.subarray(from, Math.min(cut, bytes.length)))
    from = Math.max(from, Math.min(cut, bytes.length))
  }
  return { output, answers: one.answers, end: one.end() }
}

const modesFact = {
  type: 'modes',
  bracketedPaste: false,
  alternateScreen: false,
  focusReporting: false,
  mouse: 'none',
  synchronizedOutput: false,
  kittyKeyboard: 0,
}

test.each([
  ['\x1b]0;both\x07', { type: 'title', window: 'both', icon: 'both' }],
  ['\x1b]2;win\xc2\xb7dow\x1b\\', { type: 'title', window: 'win·dow', icon: '' }],
  ['\x1b]1;tab\x07', { type: 'title', window: '', icon: 'tab' }],
  ['\x07', { type: 'bell', count: 1 }],
  [
    '\x1b]9;Claude needs you\x07',
    { type: 'notification', source: 'osc9', title: '', body: 'Claude needs you' },
  ],
  ['\x1b]777;notify;T;a;b\x07', { type: 'notification', source: 'osc777', title: 'T', body: 'a;b' }],
  [`\x1b]99;i=1:e=1;${base64('Hi')}\x1b\\`, { type: 'notification', source: 'osc99', title: 'Hi', body: '' }],
  ['\x1b]9;4;1;40\x07', { type: 'progress', progress: { state: 'normal', percent: 40 } }],
  ['\x1b]21337;status=working\x07', { type: 'status', text: 'status=working' }],
  ['\x1b]133;A\x07', { type: 'prompt', mark: 'A' }],
  ['\x1b]133;D;130;aid=1\x07', { type: 'prompt', mark: 'D', exitCode: 130 }],
  ['\x1b[?2004h', { ...modesFact, bracketedPaste: true }],
  ['\x1b[?1049;1004h', { ...modesFact, alternateScreen: true, focusReporting: true }],
  ['\x1b[?1003;1006h', { ...modesFact, mouse: 'any' }],
  ['\x1b[?2026h', { ...modesFact, synchronizedOutput: true }],
  ['\x1b[>7u', { ...modesFact, kittyKeyboard: 7 }],
  ['\xc2\x9b?2004h', { ...modesFact, bracketedPaste: true }],
  [
    `\x1b]7501;state=blocked:kind=permission:app=claude:msg=${base64('approve Bash: ls')}\x1b\\`,
    {
      type: 'report',
      report: { state: 'blocked', id: '', kind: 'permission', app: 'claude', message: 'approve Bash: ls' },
    },
  ],
])('%j passes, and is told right behind it', (sequence, fact) => {
  const one = filter()
  const output = one.push(`a${sequence}b`)
  expect(programsOwn(output)).toBe(`a${sequence}b`)
  expect(facts(output)).toEqual([fact])
  expect(output.startsWith(`a${sequence}\x1b]1337;`)).toBe(true)
})

test('equal facts are told once', () => {
  const one = filter()
  const said = '\x1b]2;t\x07\x1b]7501;state=working\x07\x1b[?2004h'
  one.push(said)
  one.pass(1_000)
  expect(one.push(said)).toBe(said)
})

test('a title that spins is told at most every 50 ms, and its last value always', () => {
  const one = filter()
  let told = ''
  for (let frame = 0; frame < 100; frame++) {
    told += one.push(`\x1b]2;${frame}\x07`)
    one.pass(5)
  }
  one.pass(50)
  told += one.pending()
  const titles = facts(told)
  expect(titles.length).toBeLessThanOrEqual(11)
  expect(titles.at(-1)).toEqual({ type: 'title', window: '99', icon: '' })
})

test('a flood of notifications and reports is thinned out, not queued for ever', () => {
  const one = filter()
  let told = ''
  for (let number = 0; number < 10_000; number++) {
    told += one.push(`\x1b]9;note ${number}\x07\x1b]7501;state=working:id=a${number % 400}\x07`)
    one.pass(0.1)
  }
  expect(facts(told).length).toBeLessThan(60)
  one.pass(1e6)
  expect(facts(one.pending()).length).toBeLessThanOrEqual(64)
})

test.each(['\x07', '\x1b\\'])(
  'a query that ends in %j is answered with the same bytes and stays inside',
  (end) => {
    const one = filter()
    expect(one.push(`a\x1b]7501;?${end}b`)).toBe('ab')
    expect(one.answers).toEqual([`\x1b]7501;?${end}`])
  },
)

test.each([
  [`\x1b]1337;Custom=id=${identity}:eyJ9\x07`, 'with our identity'],
  [`\x1b]1337;Custom=id=${identity}\x1b\\`, 'with our identity and no payload'],
  ['\x1b]1337;Custom=id=iterm-orch-other:abc\x1b\\', 'with an identity like ours'],
  ['\x1b]1337;custom=ID=ITERM-ORCH-x:abc\x07', 'in other letters'],
  ['\x1b]001337;Custom=id=iterm-orch-x:abc\x07', 'with zeros before the number'],
  ['\x1b]13\x0137;Custom=id=iterm-orch-x:abc\x07', 'with a control that terminals skip'],
  ['\xc2\x9d1337;Custom=id=iterm-orch-x:abc\xc2\x9c', 'with C1 controls'],
  [`\x1b]1337;Custom=id=iterm-orch-${'x'.repeat(100_000)}\x07`, 'of any length'],
])('an imitation is dropped: %#', (imitation) => {
  for (const step of [1, 7, imitation.length]) {
    const bytes = Buffer.from(`a${imitation}b`, 'latin1')
    const cuts = step === bytes.length ? [] : Array.from({ length: 200 }, (_, index) => (index + 1) * step)
    expect(programsOwn(run(bytes, cuts).output)).toBe('ab')
  }
})

test.each([
  '\x1b]1337;Custom=id=mine:payload\x07',
  '\x1b]1337;Custom=id=iterm-o:payload\x07',
  '\x1b]1337;File=inline=1:AAAA\x07',
  '\x1b]7501;state=idle\x07',
  '\x1b]7501;?x\x07',
  '\x1b]75\x18;?\x07',
  '\x1b]7501;?\x1b[m',
  '\x1b]1337;Custom=id=iterm\x1b]7501;state=idle\x07',
  '\x1b\x1b[A\x1bP\x1b\\\x1b_x\x1b\\',
])('%j passes as it is', (sequence) => {
  const bytes = Buffer.from(`${sequence}b`, 'latin1')
  for (let cut = 0; cut <= bytes.length; cut++) {
    const { output, answers } = run(bytes, [cut])
    expect(programsOwn(output)).toBe(`${sequence}b`)
    expect(answers).toEqual([])
  }
})

test('an imitation that hides behind an unfinished one is dropped too', () => {
  const hidden = '\x1b]1337;Custom=id=iterm-orch-a\x1b]1337;Custom=id=iterm-orch-b:x\x07b'
  for (let cut = 0; cut < hidden.length; cut++) {
    expect(run(Buffer.from(hidden), [cut]).output).toBe('b')
  }
})

test('ordinary bytes never wait, and of an image only its number', () => {
  const one = filter()
  expect(one.push('plain')).toBe('plain')
  expect(one.push('\x1b]0;half a ti')).toBe('\x1b]0;half a ti')
  expect(one.push('tle\x07')).toContain('tle\x07')
  expect(one.push('\x1b]1337;File=')).toBe('\x1b]1337;File=')
  expect(one.push(`${'A'.repeat(200_000)}`)).toBe('A'.repeat(200_000))
})

test('an OSC that is still undecided after 64 KiB passes', () => {
  const one = filter()
  expect(one.push(`\x1b]${'0'.repeat(70_000)}`)).toBe(`\x1b]${'0'.repeat(70_000)}`)
})

test('no message is put into a string that some terminals take to be open', () => {
  const one = filter()
  expect(facts(one.push('\x1b]2;x\x1b[?2004h'))).toEqual([])
  one.pass(1_000)
  expect(one.pending()).toBe('')
  expect(facts(one.push('\x1b\\'))).toHaveLength(1)
})

test('what the program left open when it ended is closed before the last message', () => {
  const one = filter()
  one.push('\x1bPhalf')
  expect(one.end()).toMatch(/^\x1b\\\x1b\]1337;Custom=/)
  const two = filter()
  expect(two.push('\x1b]1337;Cust')).toBe('')
  expect(two.end()).toMatch(/^\x1b\]1337;Cust\x1b\\\x1b\]1337;Custom=/)
})

test('the longest report fits into one message', () => {
  const msg = base64('"\\'.repeat(1_000))
  const [fact] = facts(filter().push(`\x1b]7501;state=blocked:msg=${msg}\x07`))
  expect(fact?.type).toBe('report')
})

const piece = fc.oneof(
  fc.constantFrom(
    '\x1b',
    '\x1b]',
    '\x1b\\',
    '\x07',
    '\x1b[',
    '\x1bP',
    '\x18',
    '\xc2',
    '\x9c',
    '\x9d',
    '\xc2\x9d',
  ),
  fc.constantFrom(
    '7501;?',
    '7501;state=idle',
    '1337;Custom=id=',
    'iterm-orch-',
    identity,
    ':',
    '2;title',
    '9;hey',
  ),
  fc.constantFrom(
    '\x1b[?2004h',
    '\x1b[?1049l',
    '\x1b[31m',
    '\x1bc',
    '\x1b]7501;?\x1b\\',
    '\x1b]2;\xe2\x9c\xb3\x07',
  ),
  fc.string({ maxLength: 5 }),
  fc.uint8Array({ maxLength: 5 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
)
const output = fc.array(piece, { maxLength: 25 }).map((pieces) => Buffer.from(pieces.join(''), 'latin1'))

test('however output is cut, the same comes out and the same is answered', () => {
  fc.assert(
    fc.property(output, fc.array(fc.nat(200), { maxLength: 40 }), (bytes, cuts) => {
      const [whole, cut] = [run(bytes), run(bytes, cuts)]
      expect(programsOwn(cut.output + cut.end)).toBe(programsOwn(whole.output + whole.end))
      expect(cut.answers).toEqual(whole.answers)
    }),
    { numRuns: 3_000 },
  )
})

test('what comes out is what went in, without queries and imitations', () => {
  const dropped =
    /(?:\x1b\]|\xc2\x9d)(?:7501;\?(?:\x07|\x1b\\|\xc2\x9c)|1337;custom=id=iterm-orch-[^\x07\x1b\x18\x1a]*)/i
  fc.assert(
    fc.property(output, (bytes) => {
      const said = bytes.toString('latin1')
      fc.pre(!dropped.test(said.replaceAll(/[\x00-\x06\x08-\x17\x19\x1c-\x1f]|(?<=\x1b\]|\x9d)0+/g, '')))
      const { output: passed, end } = run(bytes)
      expect(programsOwn(passed + end).replace(/(\x1b\\)?$/, '')).toBe(said.replace(/(\x1b\\)?$/, ''))
    }),
    { numRuns: 3_000 },
  )
})

test('no message of ours ever lands inside a sequence or a character', () => {
  fc.assert(
    fc.property(output, fc.array(fc.nat(200), { maxLength: 10 }), (bytes, cuts) => {
      const { output: passed } = run(bytes, cuts)
      for (const match of passed.matchAll(message)) {
        const before = passed.slice(0, match.index)
        // A fresh filter that has seen exactly these bytes is between two sequences: its last word needs no ST.
        const fresh = filter()
        fresh.push(programsOwn(before))
        expect(fresh.end().startsWith('\x1b\\')).toBe(false)
      }
    }),
    { numRuns: 1_000 },
  )
})

test('says again that the program was started and its modes, with the next number', () => {
  const one = filter()
  const start = { type: 'start', pid: 7, program: 'sh', revision: '1' } as const
  const output = one.started(start) + one.push('\x1b[?2004h')
  one.pass(1_000)
  one.repeat()
  const again = one.pending()
  expect(facts(again)).toEqual([{ ...modesFact, bracketedPaste: true }, start])
  const numbers = [...(output + again).matchAll(message)].map(
    ([, payload = '']) => decodeTapPayload(payload)?.n,
  )
  expect(numbers).toEqual([1, 2, 3, 4])
})
