/** Gets a secret from a person or a pipe, so that it stands in no history, no list of processes and no file. */
import { text as readAll } from 'node:stream/consumers'
import { OrchError } from '../lib/errors.ts'

const keys = { enter: ['\r', '\n', '\u0004'], erase: ['\u007f', '\b'], clear: '\u0015', interrupt: '\u0003' }

/**
 * Asked on the terminal without echo; read from standard input when that is no terminal.
 *
 * @throws {OrchError} `usage` when nothing was given
 */
export async function askSecret(question: string): Promise<string> {
  const secret = process.stdin.isTTY
    ? await withoutEcho(question, process.stdin)
    : (await readAll(process.stdin)).replace(/\r?\n$/, '')
  if (secret !== '') return secret
  throw new OrchError('usage', 'Nothing was given, so nothing was typed.', {
    hint: 'Type the secret when it is asked for, or pipe it in: `pass show key | iterm-orch answer … --secret`.',
  })
}

/** The end of input counts as Enter; Ctrl-C gives up. */
function withoutEcho(question: string, input: NodeJS.ReadStream): Promise<string> {
  process.stderr.write(`${question} (not shown): `)
  input.setRawMode(true)
  input.setEncoding('utf8')
  input.resume()
  return new Promise((resolve) => {
    let secret: string[] = []
    const onData = (chunk: string) => {
      for (const key of chunk) {
        if (keys.enter.includes(key)) return end(secret.join(''))
        if (key === keys.interrupt) return interrupt()
        if (key === keys.clear) secret = []
        else if (keys.erase.includes(key)) secret.pop()
        else secret.push(key)
      }
    }
    const restore = () => {
      input.off('data', onData)
      input.setRawMode(false)
      input.pause()
      process.stderr.write('\n')
    }
    const end = (typed: string) => {
      restore()
      resolve(typed)
    }
    const interrupt = () => {
      restore()
      process.kill(process.pid, 'SIGINT')
    }
    input.on('data', onData)
  })
}
