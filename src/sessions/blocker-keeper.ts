/** Keeps the blocker of one session: opened once, completed when its prompt is read, closed when it is over. */
import type { Prompt } from '../agents/reading/prompt.ts'
import type { Reading } from '../agents/reading/reading.ts'
import type { AskedPrompt, Blocker, BlockerKind } from '../agents/session-state.ts'
import { newTimeOrderedId } from '../lib/ids.ts'
import { redact } from '../lib/redact.ts'
import type { JoinedState } from '../signals/join-signals.ts'

/** A blocker that should be there now. */
export interface Wanted {
  kind: BlockerKind
  text: string
  source: string
  prompt?: AskedPrompt
  /** When a limit ends. */
  resetsAt?: string
}

export interface BlockerHooks {
  present(): Blocker | undefined
  /** Writes it down, then tells it. */
  open(blocker: Blocker): void
  /** The prompt of the present one was read. */
  learn(blocker: Blocker): void
  close(): void
}

/** Longest text of a blocker: a question and a command fit. */
const longestText = 500
/** Longest of what stands above the options: a screen has about that much. */
const longestContext = 8_000

/**
 * Brings the present blocker in line with what is the case.
 *
 * @param wanted undefined: nothing blocks
 */
export function keepBlocker(wanted: Wanted | undefined, hooks: BlockerHooks, now: number): void {
  const present = hooks.present()
  if (!wanted) {
    if (present) hooks.close()
    return
  }
  if (present && isSame(present, wanted)) {
    const learned = wanted.prompt !== undefined && present.prompt === undefined
    if (learned) hooks.learn({ ...present, ...redacted(wanted), source: present.source })
    return
  }
  if (present) hooks.close()
  hooks.open({ id: newTimeOrderedId(now), ...redacted(wanted), since: new Date(now).toISOString() })
}

/** What blocks, of the state that all signals make and the reading of the screen; undefined: nothing. */
export function wantedBlocker(joined: JoinedState, reading: Reading | undefined): Wanted | undefined {
  const { state, blocker, source, evidence, reason } = joined
  if (state !== 'waiting' && state !== 'limited' && state !== 'errored') return undefined
  const prompt = reading?.prompt
  const ends = reading?.resetAt === undefined ? {} : { resetsAt: reading.resetAt.toISOString() }
  if (prompt)
    return {
      ...{ kind: kindOf(reading, blocker), text: textOf(prompt), source: 'screen', prompt: asked(prompt) },
      ...ends,
    }
  if (reading?.blocker !== undefined && reading.state === state) {
    const text = reading.evidence[0]?.text || reading.reason
    return { kind: reading.blocker, text, source: 'screen', ...ends }
  }
  return blocker === undefined ? undefined : { kind: blocker, text: evidence || reason, source }
}

function isSame(present: Blocker, wanted: Wanted): boolean {
  if (present.prompt && wanted.prompt) return present.prompt.fingerprint === wanted.prompt.fingerprint
  // A program tells of its dialog before it draws it, and takes the word back after it took the dialog away.
  if (present.prompt || wanted.prompt) return reported.has(present.prompt ? wanted.source : present.source)
  return present.kind === wanted.kind && present.text === redacted(wanted).text
}

const reported: ReadonlySet<string> = new Set([
  'program-status',
  'hook',
  'title',
  'session-status',
  'notification',
])

function redacted({ text, prompt, ...rest }: Wanted): Wanted {
  const short = redact(text).slice(0, longestText)
  if (!prompt) return { ...rest, text: short }
  const options = prompt.options.map((option) => ({ ...option, label: redact(option.label) }))
  const { question, subject, context } = prompt
  return {
    ...rest,
    text: short,
    prompt: {
      ...prompt,
      ...{ question: redact(question), subject: redact(subject), options },
      ...(context === undefined ? {} : { context: redact(context) }),
    },
  }
}

/** A program that reports a permission knows better than the words of its dialog. */
function kindOf({ blocker, prompt }: Reading, reportedKind: BlockerKind | undefined): BlockerKind {
  // `[y/n]` is asked about anything.
  const vague = blocker === undefined || blocker === 'choice' || prompt?.kind === 'confirmation'
  if (vague) return reportedKind ?? blocker ?? 'question'
  return blocker
}

function textOf({ kind, question, subject }: Prompt): string {
  const [line = ''] = subject.split('\n')
  // What stands above a line like `Continue? [y/n]` may be anything, another question too.
  if (kind === 'confirmation') return question
  return line === '' || question.includes(line) ? question : `${question} ${line}`
}

function asked({ kind, question, subject, context, options, truncated, fingerprint }: Prompt): AskedPrompt {
  return {
    ...{ kind, question, subject, context: context.slice(0, longestContext), truncated, fingerprint },
    options: options.map(({ number, label, meaning, selected, ticked, keys }) => ({
      ...{ number, label, meaning, selected, keys: [...keys] },
      ...(ticked === undefined ? {} : { ticked }),
    })),
  }
}
