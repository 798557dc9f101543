/** Looks for a profile's signatures in their regions of the screen. */
import type { CompiledProfile, CompiledSignature } from '../compiled-profile.ts'
import type { InputBox } from './input-box.ts'
import { joined, paragraphs, type Row } from './rows.ts'

export interface FoundSignature {
  signature: CompiledSignature
  /** First row of what was found; undefined for a title. */
  row: number | undefined
  text: string
}

/** A piece of a region: one row, or a paragraph whose beginning counts. */
interface Piece {
  row: number | undefined
  text: string
}

/** Rows of text above the box in which a line about the work may stand: a spinner, a list of tasks below it. */
const aboveBox = 20

/** Rows above the box that are looked at for what stands at their right. */
const asides = 3

/** The signatures that are found, the one that stands lowest first. */
export function findSignatures(
  { profile, signatures }: CompiledProfile,
  rows: readonly Row[],
  box: InputBox | undefined,
  title: string | undefined,
): FoundSignature[] {
  const edge = box?.top ?? rows.length
  const all = lastTurn(rows.slice(0, edge), profile.inputBox?.glyphs ?? '')
  const turn = all.filter((row) => !isAside(row))
  const blocks = paragraphs(turn)
  const above = textRows(turn).slice(-aboveBox)
  const highest = above[0]?.y ?? edge
  const footer = box ? textRows(rows.slice(box.bottom + 1)) : []
  const last = paragraphs(rows).at(-1)
  const regions: Record<CompiledSignature['region'], (signature: CompiledSignature) => Piece[]> = {
    footer: () => [...footer.map(pieceOf), ...(footer.length > 0 ? [wholeOf(footer)] : [])],
    'above-box': () => [
      ...above.map(pieceOf),
      ...blocks.filter(([first]) => first && first.y >= highest).map(wholeOf),
    ],
    'last-block': ({ within }) => blocks.slice(-within).map(wholeOf),
    aside: () => textRows(all).slice(-asides).filter(mayBeAside).map(pieceOf),
    end: () => (!box && last ? [wholeOf(last)] : []),
    title: () => (title ? [{ row: undefined, text: title }] : []),
  }
  const found = signatures.flatMap((signature) => {
    const pieces = regions[signature.region](signature)
    const hits = signature.search.search(pieces.map(({ text }) => text))
    return pieces.flatMap(({ row, text }, index) =>
      (hits[index] ?? -1) >= 0 ? [{ signature, row, text }] : [],
    )
  })
  return found.sort((left, right) => (right.row ?? -1) - (left.row ?? -1))
}

/** What stands below the last thing that the user has said. */
export function lastTurn(rows: readonly Row[], glyphs: string): readonly Row[] {
  const turn = rows.findLastIndex(({ text, kind }) => {
    const [first = ''] = text.trimStart()
    return kind === 'text' && glyphs.includes(first) && /^\s{0,3}\S\s/u.test(text)
  })
  return rows.slice(turn + 1)
}

/** Hints at the right edge (Claude's effort, Gemini's shortcuts) are no part of the transcript. */
export function isAside(row: Row): boolean {
  return row.kind === 'text' && row.indent > row.room * 0.4
}

/** In a narrow screen a hint begins farther on the left. */
function mayBeAside(row: Row): boolean {
  return row.indent > row.room * 0.2
}

function textRows(rows: readonly Row[]): Row[] {
  return rows.filter(({ kind }) => kind === 'text')
}

function pieceOf(row: Row): Piece {
  return { row: row.y, text: row.text.trim() }
}

function wholeOf(rows: readonly Row[]): Piece {
  return { row: rows[0]?.y, text: joined(rows) }
}
