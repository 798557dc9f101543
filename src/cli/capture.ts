import { closeSync, openSync, writeFileSync } from 'node:fs'
import type { Command } from 'commander'
import { errorMessage, OrchError } from '../lib/errors.ts'
import { stopAfter } from '../lib/stop-after.ts'
import type { ServiceClient } from '../service/client.ts'
import type { CliContext } from './context.ts'
import { addExamples } from './examples.ts'
import { wholeNumber } from './parse-number.ts'

interface CaptureOptions {
  cast?: boolean
  output?: string
  seconds?: number
}

/** A day: longer recordings are mistakes. */
const mostSeconds = 86_400

export function addCapture(program: Command, context: CliContext): void {
  const command = program
    .command('capture')
    .description(
      'Writes what is needed to report a wrong state: the screen with its styles, what was read of it, what all ' +
        'sources said, and the versions. Whatever looks like a secret is taken out; look through it all the same.',
    )
    .summary('write a fixture for a bug report')
    .argument('<session>', 'id, beginning of an id, name or task')
    .option('--cast', 'record the screen from now on as an asciicast, until Ctrl-C')
    .option('--seconds <number>', 'end the recording after so long', wholeNumber(1, mostSeconds))
    .option('-o, --output <file>', 'write to this file in place of standard output')
    .action(async (session: string, options: CaptureOptions) => {
      const { cast, seconds, output } = options
      if (seconds !== undefined && !cast) {
        throw new OrchError('usage', 'Only a recording takes time: --seconds goes with --cast.', {
          hint: 'Add --cast, or leave --seconds out.',
        })
      }
      const service = await context.service()
      const { id } = await service.session(session)
      // A recording is not lost to a file that cannot be written.
      const file = output === undefined ? undefined : openOutput(output)
      const text = cast
        ? await record(service, id, stopAfter(seconds && seconds * 1_000, context.untilInterrupted()))
        : `${JSON.stringify(await service.capture(id), null, 2)}\n`
      if (file === undefined) return context.out.write(text)
      writeFileSync(file, text)
      closeSync(file)
      context.out.note(`Written: ${output}`)
    })
  addExamples(command, [
    ['iterm-orch capture reviewer -o reviewer.json', 'the screen and what was made of it'],
    ['iterm-orch capture reviewer --cast --seconds 30 -o reviewer.cast', 'half a minute of its screen'],
  ])
}

function openOutput(path: string): number {
  try {
    return openSync(path, 'w', 0o600)
  } catch (error) {
    throw new OrchError('usage', `${path} cannot be written: ${errorMessage(error)}`, {
      hint: 'Give a file in a directory that exists, or none for standard output.',
      cause: error,
    })
  }
}

/** An asciicast (version 2): every picture whole, so that it can begin anywhere. */
async function record(service: ServiceClient, session: string, signal: AbortSignal): Promise<string> {
  const { redactLines } = await import('../lib/redact.ts')
  const { columns, rows, agent } = await service.session(session)
  const start = Date.now()
  const header = { version: 2, width: columns, height: rows, timestamp: Math.floor(start / 1_000), agent }
  const lines = [JSON.stringify(header)]
  for await (const frame of service.frames(session, signal)) {
    const seconds = Math.round(Date.now() - start) / 1_000
    const plain = frame.lines.map((line) => line.replace(/\u001b\[[0-9;:]*m/g, ''))
    const text = withoutSecrets(frame.lines, plain, redactLines(plain, frame.columns)).join('\r\n')
    const picture = `\u001b[H\u001b[2J${text}\u001b[${frame.cursor.y + 1};${frame.cursor.x + 1}H`
    lines.push(JSON.stringify([seconds, 'o', picture]))
  }
  return `${lines.join('\n')}\n`
}

/** A row that holds a secret, or a piece of one, is written without its colours. */
function withoutSecrets(
  styled: readonly string[],
  plain: readonly string[],
  safe: readonly string[],
): string[] {
  return safe.map((line, row) => (line === plain[row] ? (styled[row] ?? '') : line))
}
