/** Makes the question of a policy of what the screen shows and what the agent has told itself. */
import { basename } from 'node:path'
import type { AskedPrompt, Blocker, BlockerKind } from '../../agents/session-state.ts'
import type { HookSignal } from '../../signals/hooks/hook-signal.ts'
import type { PolicyQuestion, ToolName } from './policy-question.ts'
import { toolNamed, toolOnScreen } from './tools.ts'

export interface Asker {
  agent: string
  /** The session's directory, absolute. */
  directory: string
  /** The person's home directory. */
  home: string
  task?: string
  session?: string
}

/** What the agent's hook has told of this very prompt: its `PermissionRequest`, or the like. */
export type Told = Pick<HookSignal, 'blocker' | 'tool' | 'command' | 'questions'> & {
  /** It has asked for more than one permission, and which of them the screen shows is not certain. */
  several?: boolean
}

/** @param told undefined: there is no hook, or it has not told yet; the screen stands alone then */
export function readQuestion(
  blocker: Pick<Blocker, 'kind' | 'text' | 'prompt'>,
  asker: Asker,
  told?: Told,
): PolicyQuestion {
  const { prompt, kind } = blocker
  const incomplete = prompt ? unreadOf(prompt) : ['the prompt was not read on the screen']
  if (told?.several) incomplete.push('several prompts: the agent asks for more than one permission at once')
  const seen = prompt && toolOnScreen(asker.agent, prompt)
  const named = told?.tool === undefined ? undefined : toolNamed(told.tool)
  if (seen && named && seen.tool !== named) {
    incomplete.push(`the screen shows the tool ${seen.tool}, the agent says ${told?.tool}`)
  }
  if ((told?.questions?.length ?? 0) > 1) incomplete.push('it asks several questions at once')
  if (prompt && isAnother(prompt, told?.questions?.[0]?.question))
    incomplete.push('the screen shows another question than the agent says')
  const tool = named ?? seen?.tool
  const about =
    tool && prompt ? subjectOf(tool, prompt, seen?.path, told?.command, incomplete) : { paths: [] }
  const { agent, directory, home, task, session } = asker
  return {
    ...{ agent, kind, directory, home, incomplete },
    reported: told !== undefined && bearsOut(kind, told.blocker),
    ...(prompt && { promptKind: prompt.kind }),
    ...(tool && { tool }),
    ...(told?.tool !== undefined && { toolName: told.tool }),
    ...about,
    text: prompt?.question ?? blocker.text,
    options: prompt?.options.map(({ number, label, meaning }) => ({ number, label, meaning })) ?? [],
    ...(task !== undefined && { task }),
    ...(session !== undefined && { session }),
  }
}

/** A choice on the screen is a question at the hook. */
const questions: ReadonlySet<BlockerKind | undefined> = new Set(['question', 'choice'])

function bearsOut(kind: BlockerKind, told: BlockerKind | undefined): boolean {
  return kind === told || (questions.has(kind) && questions.has(told))
}

/** Either may be cut at its end. */
function isAnother({ question }: AskedPrompt, told: string | undefined): boolean {
  if (told === undefined) return false
  const [seen, said] = [squeezed(question), squeezed(told).replace(/…$/u, '')]
  return !seen.includes(said) && !said.includes(seen)
}

/** As `redact` leaves it. */
const mask = '[redacted]'

function unreadOf({ truncated, question, subject, context = '', options }: AskedPrompt): string[] {
  const text = [question, subject, context, ...options.map(({ label }) => label)].join('\n')
  return [
    ...(truncated ? ['a part of the prompt is not on the screen'] : []),
    ...(text.includes(mask) ? ['a part of the prompt was taken out, because it looks like a secret'] : []),
  ]
}

type About = Pick<PolicyQuestion, 'paths'> & Partial<Pick<PolicyQuestion, 'command' | 'url'>>

function subjectOf(
  tool: ToolName,
  prompt: AskedPrompt,
  seenPath: string | undefined,
  told: string | undefined,
  incomplete: string[],
): About {
  if (told !== undefined && (told.includes(mask) || told.endsWith('…'))) {
    incomplete.push('the agent has told only a part of what it wants to do')
  }
  switch (tool) {
    case 'shell':
      return { paths: [], ...commandOf(prompt, told, incomplete) }
    case 'read':
    case 'write':
    case 'edit':
      return { paths: pathOf(seenPath, told, incomplete) }
    case 'fetch': {
      const seen = /^https?:\/\/\S+$/iu.test(prompt.subject) ? prompt.subject : undefined
      if (seen && told && seen !== told)
        incomplete.push('the screen shows another address than the agent says')
      const url = told ?? seen
      if (url === undefined) incomplete.push('the address is not known')
      return { paths: [], ...(url !== undefined && { url }) }
    }
    default:
      return { paths: [] }
  }
}

/**
 * The agent's own word is exact; the screen must show the same. The screen alone will do for what stands in
 * one row of it: how rows go together, with a space or without, is not known for sure.
 */
function commandOf(
  { subject, context = '' }: AskedPrompt,
  told: string | undefined,
  incomplete: string[],
): { command?: string } {
  if (told !== undefined) {
    const isShown = subject !== '' && squeezed(subject) === squeezed(told)
    if (!isShown) incomplete.push('the screen shows another command than the agent says')
    return { command: told }
  }
  if (subject === '') {
    incomplete.push('the command is not known')
    return {}
  }
  const shown = context.split('\n').map((row) => row.trim())
  // The agent's own reason stands above: a `$ ls` in there is not what is run. Nor is what follows it less.
  const marked = shown.filter((row) => row.startsWith('$ '))
  const last = shown.findLast((row) => row !== '')
  if (marked.length > 1 || (marked[0] !== undefined && marked[0] !== last)) {
    incomplete.push('it is not certain which row of the screen is the command')
  }
  const rows = shown.map((row) => row.replace(/^\$ /u, '').replace(/\s+/gu, ' '))
  if (!rows.includes(subject)) incomplete.push('the command takes several rows on the screen')
  return { command: subject }
}

function pathOf(seen: string | undefined, told: string | undefined, incomplete: string[]): string[] {
  if (seen !== undefined && told !== undefined && basename(seen) !== basename(told)) {
    incomplete.push('the screen shows another file than the agent says')
  }
  const path = told ?? seen
  if (path === undefined || /…|\.\.\./u.test(path)) {
    incomplete.push('the file is not known')
    return []
  }
  return [path]
}

function squeezed(text: string): string {
  return text.replace(/\s+/gu, '')
}
