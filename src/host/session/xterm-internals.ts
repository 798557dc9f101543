/**
 * Everything that is taken from inside @xterm/headless (pinned to 6.0.0), and nowhere else: the public API
 * gives no count of lost lines, no link of a cell, no synchronous parsing, and copies every cell it reads.
 * `xtermInternals` checks the shapes once for each terminal, so that another version fails with a clear
 * message; test/host/session/xterm-internals.test.ts fails first.
 */
import type { Terminal } from '@xterm/headless'
import { OrchError } from '../../lib/errors.ts'

/** One row. Three numbers for each cell in `_data`: content, foreground, background; see `cell-bits.ts`. */
export interface XtermLine {
  readonly _data: Uint32Array
  /** Text of cells that hold more than one code point. */
  readonly _combined: Readonly<Record<number, string>>
  readonly _extendedAttrs: Readonly<Record<number, XtermExtended | undefined>>
  /** Continues the row above. */
  readonly isWrapped: boolean
  readonly length: number
}

export interface XtermExtended {
  readonly urlId: number
  readonly underlineColor: number
}

interface XtermBuffer {
  readonly lines: {
    readonly length: number
    get(index: number): XtermLine | undefined
    onTrim(listener: (count: number) => void): void
  }
  /** Index of the first row of the screen. */
  readonly ybase: number
  /** A marker moves with its row; its line is -1 when the row is lost. */
  addMarker(row: number): { readonly line: number; dispose(): void }
}

/** Numbers of a control sequence; a change is seen by the handlers that run after this one. */
interface XtermParams {
  readonly params: Int32Array
}

export interface XtermInternals {
  readonly buffers: { readonly normal: XtermBuffer; readonly active: XtermBuffer }
  readonly _inputHandler: {
    parse(data: Uint8Array): unknown
    onRequestReset(listener: () => void): void
    /** Rows of the screen that were drawn on, the last included; undefined for all. */
    onRequestRefreshRows(listener: (rows: { start: number; end: number } | undefined) => void): void
  }
  readonly _oscLinkService: { getLinkData(id: number): { id?: string; uri: string } | undefined }
  registerCsiHandler(id: { prefix?: string; final: string }, handler: (params: XtermParams) => boolean): void
}

/** The inside of a terminal; throws when this version of the library is built differently. */
export function xtermInternals(terminal: Terminal): XtermInternals {
  const core: unknown = Reflect.get(terminal, '_core')
  const missing = missingParts(core)
  if (missing.length === 0) return core as XtermInternals
  throw new OrchError('failed', `@xterm/headless has changed inside: ${missing.join(', ')} is not there`, {
    hint: 'Install the version that package.json names: npm ci',
  })
}

function missingParts(core: unknown): string[] {
  const line = at(core, 'buffers', 'normal', 'lines')
  const first: unknown = isFunction(at(line, 'get')) ? (line as XtermBuffer['lines']).get(0) : undefined
  const checks: [string, boolean][] = [
    ['buffers.normal.lines.onTrim', isFunction(at(line, 'onTrim'))],
    ['buffers.normal.ybase', typeof at(core, 'buffers', 'normal', 'ybase') === 'number'],
    ['buffers.normal.addMarker', isFunction(at(core, 'buffers', 'normal', 'addMarker'))],
    ['buffers.active', typeof at(core, 'buffers', 'active') === 'object'],
    ['BufferLine._data', at(first, '_data') instanceof Uint32Array],
    ['BufferLine._combined', typeof at(first, '_combined') === 'object'],
    ['BufferLine._extendedAttrs', typeof at(first, '_extendedAttrs') === 'object'],
    ['BufferLine.isWrapped', typeof at(first, 'isWrapped') === 'boolean'],
    ['_inputHandler.parse', isFunction(at(core, '_inputHandler', 'parse'))],
    ['_inputHandler.onRequestReset', isFunction(at(core, '_inputHandler', 'onRequestReset'))],
    ['_inputHandler.onRequestRefreshRows', isFunction(at(core, '_inputHandler', 'onRequestRefreshRows'))],
    ['_oscLinkService.getLinkData', isFunction(at(core, '_oscLinkService', 'getLinkData'))],
    ['registerCsiHandler', isFunction(at(core, 'registerCsiHandler'))],
  ]
  return checks.flatMap(([name, there]) => (there ? [] : [name]))
}

function at(value: unknown, ...path: string[]): unknown {
  return path.reduce<unknown>(
    (object, key) => (typeof object === 'object' && object !== null ? Reflect.get(object, key) : undefined),
    value,
  )
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function'
}
