import { readFileSync } from 'node:fs'
import { text as readAll } from 'node:stream/consumers'
import type { Command } from 'commander'
import { ExitCode, errorMessage, OrchError } from '../lib/errors.ts'
import type { CliContext } from './context.ts'
import { addExamples } from './examples.ts'
import { plainText } from './plain-text.ts'
import { shortId } from './session-text.ts'

interface InjectOptions {
  submit: boolean
  key?: string[]
  fromFile?: string
}

export function addInject(program: Command, context: CliContext): void {
  const command = program
    .command('inject')
    .description(
      'Types text and Enter into a session, then keys by name, and looks whether the screen shows that ' +
        'they were taken. Exit code 5 when it does not. Injections into one session never mix.',
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
      })
      if (!answer.confirmed) context.exitCode = ExitCode.notConfirmed
      const { out } = context
      if (out.json) return out.result(answer)
      const mark = answer.confirmed ? out.style.green('confirmed') : out.style.yellow('not confirmed')
      out.line(`${mark}: ${plainText(answer.evidence)}`)
      if (!answer.confirmed) out.note(`Look at it: iterm-orch read ${shortId(answer.session)}`)
    })
  addExamples(command, [
    ['iterm-orch inject reviewer "yes, go on"', 'answers a question'],
    ['iterm-orch inject 4F2A --key down down enter', 'chooses the third entry of a menu'],
    ['iterm-orch inject 4F2A "draft" --no-submit', 'types without pressing Enter'],
    ['git diff | iterm-orch inject reviewer --from-file -', 'types what comes from a pipe'],
  ])
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
