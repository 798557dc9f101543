/** How the kernel treats what is typed into a terminal device: line by line or key by key, shown or not. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

export interface TtySettings {
  canonical: boolean
  echo: boolean
}

/** `stty` answers in a few milliseconds; a hung device must not hold up the typing. */
const answerMs = 1_000

/** Undefined when the device cannot be asked: it is on another machine, or gone. */
export async function ttySettings(
  tty: string,
  platform: NodeJS.Platform = process.platform,
): Promise<TtySettings | undefined> {
  if (!/^\/dev\/[\w/]+$/u.test(tty)) return undefined
  const option = platform === 'darwin' ? '-f' : '-F'
  try {
    const { stdout } = await promisify(execFile)('stty', [option, tty, '-a'], { timeout: answerMs })
    return readSettings(stdout)
  } catch {
    return undefined
  }
}

function readSettings(text: string): TtySettings | undefined {
  const words = new Set(text.split(/[\s;]+/u))
  if (!words.has('icanon') && !words.has('-icanon')) return undefined
  return { canonical: words.has('icanon'), echo: words.has('echo') }
}
