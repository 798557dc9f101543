import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import type { Reading } from '../agents/reading/reading.ts'
import { errorMessage, OrchError } from '../lib/errors.ts'
import { shownText } from '../lib/shown-text.ts'
import type { CliContext } from './context.ts'
import { addExamples } from './examples.ts'
import { wholeNumber } from './parse-number.ts'

interface DetectOptions {
  agent?: string
  width?: number
}

/** Widest screen that is drawn. */
const mostColumns = 1_000

export function addDetect(program: Command, context: CliContext): void {
  const command = program
    .command('detect')
    .description(
      'Says what an agent is doing from a captured screen: plain text, text with escape sequences, or the ' +
        'bytes that it has sent. Nothing is started or typed.',
    )
    .summary('say what an agent is doing from a captured screen')
    .argument('[file]', 'the capture; - or nothing for standard input', '-')
    .option('-a, --agent <name>', 'whose screen it is; found out when not given')
    .option('-w, --width <columns>', 'columns of the screen', wholeNumber(10, mostColumns))
    .action(async (file: string, options: DetectOptions) => {
      const verdict = await detect(file, options, context)
      if (context.out.json) context.out.record(verdict)
      else for (const line of describe(verdict)) context.out.line(shownText(line))
    })
  addExamples(command, [
    ['iterm-orch read reviewer --ansi | iterm-orch detect --agent claude', 'what is made of a screen'],
    ['iterm-orch detect --width 80 --json screen.txt', 'the verdict for programs'],
  ])
}

interface Verdict {
  /** Null when no agent was recognised. */
  agent: string | null
  state: Reading['state']
  reason: string
  blocker: NonNullable<Reading['blocker']> | null
  prompt: Omit<NonNullable<Reading['prompt']>, 'context'> | null
  /** What stands in the input box; null when there is none. */
  inputBox: { draft: string; suggestion: string } | null
  resetAt: string | null
  confidence: number
  evidence: Reading['evidence']
}

async function detect(file: string, { agent, width }: DetectOptions, context: CliContext): Promise<Verdict> {
  const [{ loadProfiles }, { readScreen }, { recognise }, { renderCapture }] = await Promise.all([
    import('../agents/load-profiles.ts'),
    import('../agents/reading/read-screen.ts'),
    import('../agents/recognise.ts'),
    import('./detect/render-capture.ts'),
  ])
  const { profiles, problems } = loadProfiles(context.home.agents)
  for (const { file: path, line, field, message } of problems) {
    context.out.note(`${path}:${line ?? 1}: ${field === '' ? '' : `${field}: `}${message}`)
  }
  const named = agent === undefined ? undefined : profiles.get(agent)
  if (agent !== undefined && !named) {
    throw new OrchError('agent-unknown', `There is no profile of an agent "${agent}".`, {
      hint: `Known: ${[...profiles.keys()].join(', ')}. Add one in ${context.home.agents}.`,
    })
  }
  const screen = renderCapture(readCapture(file), width)
  const recognised = named ?? recognise(screen, profiles.values())
  const profile = recognised ?? profiles.get('shell')
  if (!profile) throw new OrchError('agent-unknown', 'The profile "shell" is missing.')
  const reading = readScreen({ screen, profile, now: Date.now() })
  const known = recognised !== undefined || reading.state !== 'unknown'
  return verdictOf(known ? profile.profile.name : null, reading)
}

function readCapture(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8')
  } catch (error) {
    throw new OrchError('usage', `The capture cannot be read: ${errorMessage(error)}`, {
      hint: 'Give a file, or - for standard input.',
      cause: error,
    })
  }
}

function verdictOf(agent: string | null, reading: Reading): Verdict {
  const { state, reason, blocker = null, inputBox, resetAt, confidence, evidence } = reading
  const { context: _, ...prompt } = reading.prompt ?? { context: '' }
  return {
    agent,
    state,
    reason,
    blocker,
    prompt: 'kind' in prompt ? prompt : null,
    inputBox: inputBox ? { draft: inputBox.draft, suggestion: inputBox.ghost } : null,
    resetAt: resetAt?.toISOString() ?? null,
    confidence,
    evidence,
  }
}

function describe({ agent, state, reason, prompt, confidence, evidence, resetAt }: Verdict): string[] {
  const lines = [`${agent ?? 'no known agent'}: ${state} (${Math.round(confidence * 100)} %), ${reason}`]
  if (resetAt !== null) lines.push(`until ${resetAt}`)
  if (prompt) {
    lines.push(`${prompt.kind}: ${prompt.question}`)
    if (prompt.subject !== '') lines.push(...prompt.subject.split('\n').map((line) => `  | ${line}`))
    for (const { number, label, meaning, selected, keys } of prompt.options) {
      lines.push(
        `  ${selected ? '>' : ' '} ${number}. ${label} [${meaning}; ${keys.join(' ') || 'no known key'}]`,
      )
    }
  }
  for (const { row, text, shows } of evidence) {
    lines.push(
      `  ${row === undefined ? 'seen' : `row ${row + 1}`}: ${text === '' ? '' : `"${text}" `}(${shows})`,
    )
  }
  return lines
}
