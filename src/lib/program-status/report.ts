/** The wire form of the Program Status Protocol (OSC 7501): what a report may say, and when it is dropped. */
import { decodeBase64Text } from '../plain-text.ts'

/** The draft that this follows. It is young; a change of the protocol begins here. */
export const programStatusRevision = '0.2'

export const programStatusOsc = 7501

/** Asks whether the terminal takes reports; it answers with the very same sequence. */
export const programStatusQuery = '?'

const states = ['idle', 'working', 'blocked', 'done', 'error', 'clear'] as const
const kinds = ['permission', 'question', 'auth'] as const
export type ProgramState = Exclude<(typeof states)[number], 'clear'>

export interface ProgramReport {
  state: (typeof states)[number]
  /** Empty: the root record. */
  id: string
  kind?: (typeof kinds)[number]
  /** 0 to 100. */
  progress?: number
  app?: string
  title?: string
  msg?: string
}

/** From ESC ] to the terminator, in bytes; the limits below are of the draft too. */
const longestSequence = 4_096
const framing = '\x1b]7501;\x1b\\'.length
const longestKey = 16
const longestId = 128
const deepestId = 8
const longestTitle = { encoded: 256, decoded: 192 }
const longestMessage = { encoded: 2_732, decoded: 2_048 }

const keyForm = new RegExp(`^[a-z]{1,${longestKey}}$`)
const valueForm = /^[A-Za-z0-9_.,+/=-]*$/
const wordForm = /^[A-Za-z0-9_.+-]{1,32}$/

/**
 * The report in the body of a sequence; undefined when it must be dropped. Malformed pairs are skipped, unknown
 * keys ignored, the last of a doubled key wins. A value that breaks a limit drops the report, and so does an
 * `id` of the wrong form: without it the report would land on another record.
 */
export function parseProgramReport(body: string): ProgramReport | undefined {
  if (Buffer.byteLength(body) + framing > longestSequence) return undefined
  const pairs = readPairs(body)
  const state = states.find((candidate) => candidate === pairs.get('state'))
  const id = pairs.get('id') ?? ''
  if (state === undefined || !isId(pairs.get('id'))) return undefined
  const report: ProgramReport = { state, id }
  const kind = kinds.find((candidate) => candidate === pairs.get('kind'))
  if (state === 'blocked' && kind !== undefined) report.kind = kind
  return addProgress(report, pairs) && addApp(report, pairs) && addTexts(report, pairs) ? report : undefined
}

function readPairs(body: string): Map<string, string> {
  const pairs = new Map<string, string>()
  for (const pair of body.split(':')) {
    const at = pair.indexOf('=')
    if (at < 0) continue
    const key = pair.slice(0, at)
    const value = pair.slice(at + 1)
    if (keyForm.test(key) && valueForm.test(value)) pairs.set(key, value)
  }
  return pairs
}

function isId(id: string | undefined): boolean {
  if (id === undefined) return true
  const segments = id.split('/')
  return id.length <= longestId && segments.length <= deepestId && segments.every((one) => wordForm.test(one))
}

function addProgress(report: ProgramReport, pairs: Map<string, string>): boolean {
  const text = pairs.get('progress')
  if (text === undefined || !/^\d+$/.test(text)) return true
  const progress = Number(text)
  if (progress > 100) return false
  if (report.state === 'working' || report.state === 'blocked') report.progress = progress
  return true
}

function addApp(report: ProgramReport, pairs: Map<string, string>): boolean {
  const app = pairs.get('app')
  if (app === undefined) return true
  if (app.length > 32) return false
  if (wordForm.test(app)) report.app = app
  return true
}

function addTexts(report: ProgramReport, pairs: Map<string, string>): boolean {
  for (const [key, limit] of [
    ['title', longestTitle],
    ['msg', longestMessage],
  ] as const) {
    const encoded = pairs.get(key)
    if (encoded === undefined) continue
    const text = encoded.length <= limit.encoded ? decodeBase64Text(encoded) : undefined
    // One line: no control characters, and no line separators of Unicode either.
    if (text === undefined || /[\p{Cc}\u2028\u2029]/u.test(text)) return false
    if (Buffer.byteLength(text) > limit.decoded) return false
    if (text !== '') report[key] = text
  }
  return true
}
