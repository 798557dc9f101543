import { readFileSync } from 'node:fs'
import { text as readAll } from 'node:stream/consumers'
import { type Command, Option } from 'commander'
import { ExitCode, errorMessage, OrchError } from '../lib/errors.ts'
import { shownText } from '../lib/shown-text.ts'
import type { InjectRequest, InjectResponse } from '../service/api.ts'
import type { CliContext } from './context.ts'
import { addExamples } from './examples.ts'
import { wholeNumber } from './parse-number.ts'
import type { Styles } from './styles.ts'

interface InjectOptions {
  submit: boolean
  key?: string[]
  fromFile?: string
  when?: NonNullable<InjectRequest['when']>
  wait?: number
  force?: boolean
}

/** A day, in seconds. */
const longestWait = 86_400

export function addInject(program: Command, context: CliContext): void {
  const command = program
    .command('inject')
    .description(
      'Types text and Enter into a session, then keys by name, and proves on the screen that they were ' +
        'taken; exit code 5 when it cannot. Text is typed only while the input box is in front: never into a ' +
        'dialog (see `iterm-orch answer`), and not next to a draft that somebody has not sent.',
    )
    .summary('type text or keys into a session')
    .argument('<session>', 'id, beginning of an id, name or task')
    .argument('[text]', 'what to type')
    .option('--no-submit', 'do not press Enter after the text')
    .option(
      '-k, --key <key...>',
      'keys by name, pressed in this order (enter, escape, up, ctrl-c, alt-b, y, …)',
    )
    .option(
      '-f, --from-file <file>',
      'type the content of a file, without its last newline; - is standard input',
    )
    .addOption(
      new Option(
        '-w, --when <when>',
        'when to type: now (also while it works), next-prompt (when the input box is in front), idle ' +
          '(when it rests, too); default: what is safe for the agent',
      ).choices(['now', 'next-prompt', 'idle']),
    )
    .option(
      '--wait <seconds>',
      'how long the text waits for its moment (default: 5 with now, else 600)',
      wholeNumber(0, longestWait),
    )
    .option(
      '--force',
      "add to somebody's draft and send both, or type without an input box; never in a dialog",
    )
    .action(async (session: string, text: string | undefined, options: InjectOptions) => {
      const wanted = await textToType(text, options)
      if (wanted === undefined && !options.key) {
        throw new OrchError('usage', 'There is nothing to type.', {
          hint: 'Give a text, --key NAME, or --from-file FILE.',
        })
      }
      const answer = await (await context.service()).inject(session, {
        ...(wanted !== undefined && { text: wanted }),
        submit: options.submit,
        keys: options.key ?? [],
        force: options.force ?? false,
        ...(options.when !== undefined && { when: options.when }),
        ...(options.wait !== undefined && { waitMs: options.wait * 1_000 }),
      })
      const { out } = context
      if (answer.queued !== undefined) context.exitCode = ExitCode.notConfirmed
      if (out.json) out.result(answer)
      else out.line(deliveryText(answer, out.style))
    })
  addExamples(command, [
    ['iterm-orch inject reviewer "go on with the tests"', 'gives the agent a prompt'],
    ['iterm-orch inject 4F2A --key down down enter', 'chooses the third entry of a menu'],
    ['iterm-orch inject 4F2A "draft" --no-submit', 'types without pressing Enter'],
    ['iterm-orch inject reviewer "then run the tests" --when idle', 'waits until the agent rests'],
    ['git diff | iterm-orch inject reviewer --from-file -', 'types what comes from a pipe'],
  ])
}

function deliveryText({ delivered, evidence, queued, attempts }: InjectResponse, style: Styles): string {
  const before = attempts.slice(0, -1).map(({ step, why }) => `${step}: ${shownText(why)}`)
  const reasons = before.length === 0 ? '' : `\n${style.faint(before.join('\n'))}`
  if (queued !== undefined) {
    const later = 'it is typed when the terminal is back, unless the agent reads it first'
    return `${style.yellow('queued')}: ${shownText(evidence)}; ${later}${reasons}`
  }
  const through = delivered === 'api' ? '' : ` (delivered: ${delivered})`
  return `${style.green('confirmed')}: ${shownText(evidence)}${through}${reasons}`
}

async function textToType(
  text: string | undefined,
  { fromFile }: InjectOptions,
): Promise<string | undefined> {
  if (fromFile === undefined) return text
  if (text !== undefined) {
    throw new OrchError('usage', 'There are two texts: one on the command line and one from --from-file.', {
      hint: 'Give only one of them.',
    })
  }
  try {
    const content = fromFile === '-' ? await readAll(process.stdin) : readFileSync(fromFile, 'utf8')
    return content.replace(/\r?\n$/, '')
  } catch (error) {
    throw new OrchError('failed', `The file ${fromFile} cannot be read: ${errorMessage(error)}`, {
      hint: 'Check its path and permissions.',
      cause: error,
    })
  }
}
