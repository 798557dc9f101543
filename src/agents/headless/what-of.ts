/** What a tool is to be used for, in a line: the command, the file, the address. */
import { type Json, textOf } from './json.ts'
import type { HeadlessEvent } from './report.ts'

const telling = ['command', 'cmd', 'file_path', 'filePath', 'path', 'url', 'pattern', 'query', 'description']

export function whatOf(input: Json): string | undefined {
  for (const name of telling) {
    const text = textOf(input, name)
    if (text !== undefined) return text.slice(0, longest)
  }
  return undefined
}

/** Longest of it, in characters. */
const longest = 4_000

export function toolEvent(tool: string, input: Json): HeadlessEvent {
  const what = whatOf(input)
  return { kind: 'tool', text: what === undefined ? tool : `${tool}: ${what}` }
}
