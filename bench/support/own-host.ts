/** An embedded host in a process and a home of its own, with a client of ours. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startHostDetached, stopHost } from '../../src/host/index.ts'
import { Client } from '../../src/iterm2/index.ts'
import { resolveHome } from '../../src/lib/home.ts'
import { builtCommand } from './built-command.ts'

export interface OwnHost {
  pid: number
  /** Directory of its files. */
  home: string
  client: Client
  /** Opens a tab of 80 × 24 that runs the command, whose words are plain; gives its session. */
  open(argv: string[]): Promise<string>
  /** Ends the host with everything in it and removes its home. */
  stop(): Promise<void>
}

export async function startHost(): Promise<OwnHost> {
  const home = resolveHome({ ITERM_ORCH_HOME: mkdtempSync(join(tmpdir(), 'io-bench-')) })
  const { pid } = await startHostDetached({ home, command: builtCommand('host', 'run') })
  if (pid === undefined) throw new Error('the host has no pid')
  const client = new Client({
    socketPath: home.hostSocket,
    cookie: () => readFileSync(home.hostCookie, 'utf8').trim(),
  })
  await client.connect()
  return {
    pid,
    home: home.root,
    client,
    async open(argv) {
      const reply = await client.request('createTab', {
        customProfileProperties: [
          { key: 'Custom Command', jsonValue: '"Yes"' },
          { key: 'Command', jsonValue: JSON.stringify(plainCommand(argv)) },
          { key: 'Columns', jsonValue: '80' },
          { key: 'Rows', jsonValue: '24' },
        ],
      })
      if (!reply.sessionId) throw new Error(`no session: status ${reply.status}`)
      return reply.sessionId
    },
    async stop() {
      await client.close()
      await stopHost(home)
      rmSync(home.root, { recursive: true, force: true })
    },
  }
}

/** The command of a profile is split like shell words: words that need no quoting stay what they are. */
function plainCommand(argv: string[]): string {
  const special = argv.find((word) => !/^[\w./:-]+$/.test(word))
  if (special !== undefined) throw new Error(`not a plain word: ${special}`)
  return argv.join(' ')
}
