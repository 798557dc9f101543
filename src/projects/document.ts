/** Task documents: what is to be done, and before it, if need be, how. */
import { createHash } from 'node:crypto'
import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from 'node:fs'
import { z } from 'zod'
import { errorMessage, systemErrorCode } from '../lib/errors.ts'
import { splitFrontMatter } from '../lib/front-matter.ts'
import { Priority } from '../lib/priority.ts'
import { readYaml } from '../lib/read-yaml.ts'
import { readDocumentName } from './document-name.ts'
import { workSettings } from './work-settings.ts'

/** A prompt; more than this is data, which belongs into a file that the prompt names. */
const mostBytes = 1024 * 1024

const noIds = 'must be the name of a task document without .md, or a list of them'

const TaskId = z.string().refine((id) => readDocumentName(`${id}.md`).kind === 'document', noIds)

/** Strict: a misspelt `timout` is no timeout, and nobody would find out before it was needed. */
const Settings = z
  .strictObject({
    ...workSettings,
    /** Higher ones go first. */
    priority: Priority.default(0),
    /** Tasks of the same project that have to be completed first. */
    needs: z.union([TaskId.transform((id) => [id]), z.array(TaskId)], { error: noIds }).default([]),
  })
  .superRefine(({ mode, permissions, done }, context) => {
    const isSession = mode === 'session' || (mode === undefined && done !== undefined)
    if (isSession && permissions !== undefined) {
      const message = 'is of mode headless; in a session the agent asks, and the policy answers'
      context.addIssue({ code: 'custom', path: ['permissions'], message })
    }
    if (mode === 'headless' && done !== undefined) {
      const message = 'is of mode session; a headless agent is done when its program ends'
      context.addIssue({ code: 'custom', path: ['done'], message })
    }
  })
export type Settings = z.output<typeof Settings>

export type ReadDocument =
  | {
      ok: true
      settings: Settings
      /** What the agent is given. */
      text: string
      /** The whole file, as it is kept with a task that is begun. */
      content: string
      /** Of its bytes. */
      sha256: string
    }
  /** Why nobody can work on it as it is. */
  | { ok: false; problem: string }

/** Undefined when there is no such file (any more). */
export function readDocument(path: string): ReadDocument | undefined {
  const read = readDocumentFile(path)
  return read && ('problem' in read ? wrong(read.problem) : parseDocument(read.content))
}

/** The bytes of a document, or why they cannot be had; undefined when there is no such file (any more). */
export function readDocumentFile(
  path: string,
): { content: Buffer; stat: Stats } | { problem: string } | undefined {
  let file: number
  try {
    // A FIFO is not waited for.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch (error) {
    const code = systemErrorCode(error)
    return code === 'ENOENT' ? undefined : { problem: `it cannot be read (${code ?? errorMessage(error)})` }
  }
  try {
    const stat = fstatSync(file)
    if (!stat.isFile()) return { problem: 'it is no file' }
    // Not even read.
    if (stat.size > mostBytes) return { problem: tooLarge(stat.size) }
    const content = readFileSync(file)
    // What it was only after that: whoever writes it meanwhile has changed its time by then.
    return { content, stat: fstatSync(file) }
  } catch (error) {
    return { problem: `it cannot be read (${systemErrorCode(error) ?? errorMessage(error)})` }
  } finally {
    closeSync(file)
  }
}

export function parseDocument(content: Uint8Array): ReadDocument {
  if (content.length > mostBytes) return wrong(tooLarge(content.length))
  if (content.includes(0)) return wrong('it is no text: it has a NUL byte in it')
  let whole: string
  try {
    whole = new TextDecoder('utf-8', { fatal: true }).decode(content)
  } catch {
    return wrong('it is not UTF-8')
  }
  const { yaml, body } = splitFrontMatter(whole)
  // Taken for text, settings such as `permissions: read-only` would count for nothing.
  if (yaml === undefined && /^\uFEFF?---[ \t]*\r?\n/u.test(whole)) return wrong(noEnd)
  const { value, problems } = readYaml(yaml ?? '', Settings)
  const [problem] = problems
  // The first line of the YAML is the second one of the file.
  if (!value) {
    const { line = 1, field = '', message = '' } = problem ?? {}
    return wrong([`line ${line + 1}`, field, message].filter((part) => part !== '').join(': '))
  }
  if (body.trim() === '') return wrong('it is empty: nothing says what is to be done')
  const sha256 = createHash('sha256').update(content).digest('hex')
  return { ok: true, settings: value, text: body, content: whole, sha256 }
}

const noEnd = 'line 1: the settings that begin with --- have no --- at their end'

function tooLarge(bytes: number): string {
  return `it has ${bytes} bytes, and ${mostBytes} are allowed; name a file with the rest in it`
}

function wrong(problem: string): ReadDocument {
  return { ok: false, problem }
}
