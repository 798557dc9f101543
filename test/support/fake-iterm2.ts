/**
 * iTerm2 on a Mac, as far as this project sees it: real PTYs behind its API socket (the embedded host's,
 * through a proxy that can be taken away) and an executable `osascript` that reads and types into them.
 */
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { homedir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type RunningHost, runHost } from '../../src/host/index.ts'
import { call } from '../../src/iterm2/call.ts'
import { Client } from '../../src/iterm2/client.ts'
import { getVariable } from '../../src/iterm2/objects/variables.ts'
import { readScreen } from '../../src/iterm2/screen/read.ts'
import { defaultSocketPath } from '../../src/iterm2/socket-location.ts'
import { resolveHome } from '../../src/lib/home.ts'
import { encodeServerMessage } from '../../src/messages/codec.ts'
import { KeystrokeNotificationAction } from '../../src/messages/iterm2.ts'

const executable = fileURLToPath(new URL('./osascript/osascript.mjs', import.meta.url))

export class FakeIterm2 {
  /** Texts that were typed through AppleScript. */
  readonly scripted: string[] = []
  /** `denied`: macOS does not let the program send Apple events. */
  automation: 'allowed' | 'denied' = 'allowed'
  #quit = false
  /** Called before a script types. */
  onWrite: (text: string) => void = () => undefined
  readonly #host: RunningHost
  readonly #client: Client
  readonly #scripts: Server
  readonly #connections = new Set<Socket>()
  /** Those who are connected to the API. */
  readonly #clients = new Set<Socket>()
  readonly #path = process.env['PATH']
  #api: Server | undefined

  static async start(): Promise<FakeIterm2> {
    const home = resolveHome({ ITERM_ORCH_HOME: mkdtempSync(join(homedir(), 'it-')) })
    const host = await runHost({ home, env: { ...process.env, SHELL: '/bin/sh' } })
    const cookie = readFileSync(host.cookiePath, 'utf8').trim()
    const client = new Client({ socketPath: host.socketPath, cookie })
    await client.connect()
    const iterm2 = new FakeIterm2(host, client, cookie)
    await iterm2.apiOn()
    return iterm2
  }

  private constructor(host: RunningHost, client: Client, cookie: string) {
    this.#host = host
    this.#client = client
    const directory = mkdtempSync(join(homedir(), 'osa-'))
    const socket = join(directory, 's')
    const file = join(directory, 'osascript')
    writeFileSync(file, `#!/bin/sh\nFAKE_OSASCRIPT='${socket}' exec '${process.execPath}' '${executable}'\n`)
    chmodSync(file, 0o755)
    process.env['PATH'] = `${directory}${delimiter}${this.#path}`
    this.#scripts = createServer({ allowHalfOpen: true }, async (connection) => {
      // Not by iteration, which would close it.
      const parts: Buffer[] = []
      connection.on('data', (part) => parts.push(part))
      await once(connection, 'end')
      const script = Buffer.concat(parts).toString('utf8')
      const answer = await this.#run(script, cookie).catch((error: Error) => ({
        error: `${error.message} (1)`,
      }))
      connection.end(JSON.stringify(answer))
    }).listen(socket)
  }

  /** Somebody turns the Python API on. */
  async apiOn(): Promise<void> {
    const path = defaultSocketPath()
    mkdirSync(dirname(path), { recursive: true })
    this.#api = createServer((connection) => {
      const inner = connect(this.#host.socketPath)
      for (const end of [connection, inner]) {
        this.#connections.add(end)
        end.on('error', () => undefined)
        end.on('close', () => this.#connections.delete(end))
      }
      connection.pipe(inner)
      const frames = new WholeFrames((bytes) => connection.write(bytes))
      inner.on('data', (bytes) => frames.push(bytes)).on('end', () => connection.end())
      this.#clients.add(connection)
      connection.on('close', () => this.#clients.delete(connection))
    })
    await new Promise<void>((resolve) => this.#api?.listen(path, resolve))
  }

  /** Somebody presses keys in a tab: they go to its program, and whoever asked for it is told of each. */
  async press(session: string, keys: string): Promise<void> {
    for (const characters of keys) {
      const keystrokeNotification = { session, characters, action: KeystrokeNotificationAction.KEY_DOWN }
      const frame = frameOf(encodeServerMessage({ notification: { keystrokeNotification } }))
      for (const client of this.#clients) client.write(frame)
    }
    await call(this.#client, 'sendText', { session, text: keys })
  }

  /** Somebody turns it off: the socket is gone, and every connection with it. */
  async apiOff(): Promise<void> {
    const closed = new Promise((resolve) => this.#api?.close(resolve))
    for (const connection of this.#connections) connection.destroy()
    await closed
    rmSync(defaultSocketPath(), { force: true })
  }

  /** Somebody quits it. Its programs go on, as iTerm2 has them in a process of their own for when it is back. */
  async quit(): Promise<void> {
    this.#quit = true
    await this.apiOff()
  }

  /** Somebody opens it again, with the windows of before. */
  async open(): Promise<void> {
    this.#quit = false
    await this.apiOn()
  }

  /** Somebody closes a tab, and its program ends. */
  async closeTab(session: string): Promise<void> {
    await call(this.#client, 'close', { sessions: { sessionIds: [session] }, force: true })
  }

  /** Somebody types at the keyboard. */
  async type(session: string, text: string): Promise<void> {
    await call(this.#client, 'sendText', { session, text })
  }

  async close(): Promise<void> {
    process.env['PATH'] = this.#path
    await this.apiOff()
    await this.#client.close()
    this.#scripts.close()
    await this.#host.close()
  }

  async #run(script: string, cookie: string): Promise<{ out: string } | { error: string }> {
    if (script.includes('return "not-installed"')) return { out: this.#quit ? '"not-running"' : '"running"' }
    // macOS answers that itself, without Apple events.
    if (this.#quit) return { out: codes('not-running') }
    if (this.automation === 'denied')
      return { error: 'Not authorised to send Apple events to iTerm2. (-1743)' }
    if (script.includes('request cookie')) return { out: `"${cookie} key"` }
    const session = textIn(script, 'sessionId')
    const known = (await call(this.#client, 'listSessions', {})).windows ?? []
    if (!JSON.stringify(known).includes(session)) return { out: codes('missing') }
    if (!script.includes('write text')) return { out: codes(await this.#read(session)) }
    const text = textIn(script, 'typedText')
    this.onWrite(text)
    await call(this.#client, 'sendText', { session, text })
    this.scripted.push(text)
    return { out: codes('written') }
  }

  async #read(session: string): Promise<string> {
    const { lines } = await readScreen(this.#client, session)
    const [tty, job] = await Promise.all(
      ['tty', 'jobName'].map((name) => getVariable(this.#client, { session }, name)),
    )
    return ['found', tty, 80, 24, job, ...lines.map(({ trimmed }) => trimmed)].join('\n')
  }
}

/** Passes on what a server sends, frame by frame, so that others can be put in between. */
class WholeFrames {
  readonly #write: (bytes: Buffer) => void
  #bytes = Buffer.alloc(0)
  #upgraded = false

  constructor(write: (bytes: Buffer) => void) {
    this.#write = write
  }

  push(bytes: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, bytes])
    for (let length = this.#first(); length > 0; length = this.#first()) {
      this.#write(this.#bytes.subarray(0, length))
      this.#bytes = this.#bytes.subarray(length)
    }
  }

  /** Bytes of the first whole unit; 0 when there is none yet. */
  #first(): number {
    const bytes = this.#bytes
    if (!this.#upgraded) {
      const end = bytes.indexOf('\r\n\r\n')
      this.#upgraded = end >= 0
      return end < 0 ? 0 : end + 4
    }
    const short = (bytes[1] ?? 0) & 0x7f
    const head = short < 126 ? 2 : short === 126 ? 4 : 10
    if (bytes.length < head) return 0
    const length =
      short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2))
    return bytes.length < head + length ? 0 : head + length
  }
}

/** A binary frame as a server sends it; the message is shorter than 126 bytes. */
function frameOf(message: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([0x82, message.length]), message])
}

/** As `osascript -ss` prints the list of code points. */
function codes(text: string): string {
  return `{${Array.from(text, (character) => character.codePointAt(0)).join(', ')}}`
}

/** A text that was given to a script as numbers. */
function textIn(script: string, variable: string): string {
  const list = new RegExp(`set ${variable}Codes to \\{([^}]*)\\}`).exec(script)?.[1] ?? ''
  return String.fromCodePoint(...list.split(',').filter(Boolean).map(Number))
}
