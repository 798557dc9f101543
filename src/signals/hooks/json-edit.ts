/**
 * Adds one thing to a JSON text, or takes one out, and leaves every other byte as it is. Adding and taking out
 * again gives the text that was there. (`modify` of jsonc-parser formats the lines around, too.)
 */
import { findNodeAtLocation, type JSONPath, type Node, parseTree } from 'jsonc-parser'

/** Adds a member to the object (with a name), or an item to the end of the list (without), at `path`. */
export function addTo(text: string, path: JSONPath, name: string | undefined, value: unknown): string {
  const parent = nodeAt(text, path)
  const last = parent.children?.at(-1)
  const close = parent.offset + parent.length - 1
  const eol = text.includes('\r\n') ? '\r\n' : '\n'
  const unit = indentUnit(text)
  const label = name === undefined ? '' : `${JSON.stringify(name)}: `
  if (last && !text.slice(parent.offset, last.offset).includes('\n')) {
    return insert(text, endOf(last), `, ${label}${JSON.stringify(value)}`)
  }
  const outer = indentAt(text, parent.offset)
  const indent = last ? indentAt(text, last.offset) : outer + unit
  const item = `${eol}${indent}${label}${JSON.stringify(value, null, unit).replaceAll('\n', eol + indent)}`
  return last ? insert(text, endOf(last), `,${item}`) : insert(text, close, `${item}${eol}${outer}`)
}

/** Takes out the member or item at `path`; the comments around it stay. */
export function takeOut(text: string, path: JSONPath): string {
  const found = nodeAt(text, path)
  const node = found.parent?.type === 'property' ? found.parent : found
  const siblings = node.parent?.children ?? []
  const at = siblings.indexOf(node)
  const before = siblings[at - 1]
  const after = siblings[at + 1]
  if (before) return cutWithComma(text, endOf(before), node.offset, endOf(node))
  if (after) return text.slice(0, node.offset) + text.slice(after.offset)
  // The only one: what stands between it and the brackets goes with it if that is only space.
  const parent = node.parent ?? node
  const open = text.slice(0, node.offset).trimEnd().length
  const close = text.slice(endOf(node)).search(/\S/) + endOf(node)
  const isAlone = open === parent.offset + 1 && close === endOf(parent) - 1
  return isAlone ? text.slice(0, open) + text.slice(close) : text.slice(0, open) + text.slice(endOf(node))
}

function cutWithComma(text: string, from: number, start: number, end: number): string {
  const between = text.slice(from, start)
  if (/^\s*,\s*$/.test(between)) return text.slice(0, from) + text.slice(end)
  // There is a comment: it stays, and the comma behind the item before goes.
  const comma = commaIn(between)
  const kept = (between.slice(0, comma) + between.slice(comma + 1)).trimEnd()
  // A comment of one line must not swallow what follows.
  return `${text.slice(0, from)}${kept}${/\/\/[^\n]*$/.test(kept) ? '\n' : ''}${text.slice(end)}`
}

/** Where the comma is that is in no comment. */
function commaIn(between: string): number {
  const blank = between.replace(/\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (comment) => ' '.repeat(comment.length))
  return blank.indexOf(',')
}

function nodeAt(text: string, path: JSONPath): Node {
  const root = parseTree(text, [], { allowTrailingComma: true })
  const node = root && findNodeAtLocation(root, path)
  if (!node) throw new RangeError(`there is nothing at ${path.join('.')}`)
  return node
}

function endOf(node: Node): number {
  return node.offset + node.length
}

function insert(text: string, at: number, what: string): string {
  return text.slice(0, at) + what + text.slice(at)
}

/** The white space that the line of this place begins with. */
function indentAt(text: string, offset: number): string {
  const start = text.lastIndexOf('\n', offset - 1) + 1
  return /^[ \t]*/.exec(text.slice(start, offset))?.[0] ?? ''
}

/** What one level is indented by in this text. */
function indentUnit(text: string): string {
  return /[{[][^\n]*\n([ \t]+)/.exec(text)?.[1] ?? '  '
}
