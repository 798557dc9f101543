/** What a task is: a file, a name from the configuration, or the prompt itself. */
import { isUtf8 } from 'node:buffer'
import { readFileSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { OrchError, systemErrorCode } from '../lib/errors.ts'

/** What the configuration has under a name; paths are absolute. */
export interface NamedTask {
  /** The prompt itself, or a file with it: one of the two. */
  prompt?: string
  file?: string
  agent?: string
  cwd?: string
  env?: Readonly<Record<string, string>>
  /** Why it is nothing for an agent in a session, as "it has 3 steps", and what to do instead. */
  refused?: { why: string; hint: string }
}

export interface Task {
  /** As people call it, and in `ps`: a file's name, a configured name, or the beginning of the prompt. */
  name: string
  prompt: string
  /** The file that the prompt came from; it may be named to an agent in place of its content. */
  file?: string
  agent?: string
  cwd?: string
  env?: Readonly<Record<string, string>>
}

/** Characters of a prompt that make its name. */
const nameLength = 40

/**
 * Finds out what `text` names: a `.md` file below `cwd`, else an entry of `tasks`, else it is the prompt.
 *
 * @throws {OrchError} `usage` for an empty one and for one that is no prompt for an agent, `task-not-found` for a file that cannot be read, `invalid-task` for
 * one that is no text.
 */
export function resolveTask(text: string, cwd: string, tasks: Readonly<Record<string, NamedTask>>): Task {
  assertNotEmpty(text)
  const entry = Object.hasOwn(tasks, text) ? tasks[text] : undefined
  if (entry) return configuredTask(text, entry)
  if (/^\S.*\.md$/i.test(text) && !text.includes('\n')) {
    const file = resolve(cwd, text)
    return { name: basename(file).replace(/\.md$/i, ''), prompt: readPrompt(file), file }
  }
  return promptTask(text)
}

/** The text is the prompt, also where it would name something. @throws {OrchError} `usage` for an empty one */
export function promptTask(text: string): Task {
  assertNotEmpty(text)
  return { name: promptName(text), prompt: text }
}

function assertNotEmpty(text: string): void {
  if (text.trim() !== '') return
  throw new OrchError('usage', 'The task is empty.', {
    hint: 'Give the path of a .md file, the name of a task, or the prompt in quotes.',
  })
}

function configuredTask(name: string, { refused, prompt, file, agent, cwd, env }: NamedTask): Task {
  if (refused !== undefined) {
    const { why, hint } = refused
    throw new OrchError('usage', `The task "${name}" cannot be launched: ${why}.`, { hint })
  }
  return {
    name,
    prompt: prompt ?? (file === undefined ? name : readPrompt(file)),
    ...(file === undefined || prompt !== undefined ? {} : { file }),
    ...(agent === undefined ? {} : { agent }),
    ...(cwd === undefined ? {} : { cwd }),
    ...(env === undefined ? {} : { env }),
  }
}

function readPrompt(file: string): string {
  try {
    const prompt = textOf(readFileSync(file), file)
    if (prompt.trim() !== '') return prompt
  } catch (error) {
    if (error instanceof OrchError) throw error
    const why =
      systemErrorCode(error) === 'ENOENT' ? 'does not exist' : `cannot be read (${systemErrorCode(error)})`
    throw new OrchError('task-not-found', `The task file ${file} ${why}.`, {
      hint: 'Give the path of an existing .md file, the name of a task, or the prompt in quotes.',
      cause: error,
    })
  }
  throw new OrchError('task-not-found', `The task file ${file} is empty.`, {
    hint: 'Write the task into it.',
  })
}

/** A task is typed or handed over as an argument: bytes that are no text would arrive as something else. */
function textOf(bytes: Buffer, file: string): string {
  if (isUtf8(bytes) && !bytes.includes(0)) return bytes.toString('utf8')
  throw new OrchError('invalid-task', `The task file ${file} is no text in UTF-8.`, {
    hint: 'Save it as UTF-8, or tell the agent in a prompt to look at the file.',
  })
}

function promptName(prompt: string): string {
  const line = prompt.trim().split('\n', 1)[0] ?? ''
  const characters = [...line.replace(/\s+/g, ' ')]
  if (characters.length <= nameLength) return line
  const cut = characters.slice(0, nameLength).join('')
  return `${cut.slice(0, Math.max(cut.lastIndexOf(' '), nameLength / 2)).trimEnd()}…`
}
