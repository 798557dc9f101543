// Messages a second into one thread, by one and by several processes, against what people write in a shell:
// `until mkdir lock; do :; done; echo … >> thread.jsonl; rmdir lock`. Then the inbox of many threads.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { commsAt } from '../src/mail/comms.ts'
import { Inbox } from '../src/mail/inbox.ts'
import { createMailbox } from '../src/mail/mailbox.ts'
import { sendMessage } from '../src/mail/send.ts'
import { watchDirectories } from '../src/mail/watch.ts'
import { number, ratio } from './support/statistics.ts'
import { printTable } from './support/table.ts'

const messages = 4_000
const threads = 5_000
const root = mkdtempSync(join(tmpdir(), 'io-mail-'))

const lockAndEcho = `
  echo ready; read go
  for n in $(seq "$2"); do
    until mkdir "$1/lock" 2>/dev/null; do :; done
    echo "{\\"from\\":\\"cli_$$\\",\\"ts\\":\\"2026-11-21T10:00:00Z\\",\\"text\\":\\"message $n\\"}" >> "$1/thread.jsonl"
    rmdir "$1/lock"
  done`

try {
  const rows: string[][] = []
  for (const processes of [1, 4, 16]) {
    const each = messages / processes
    const ours = await ratePerSecond(processes, 'ours', each, 'lazy')
    const durable = await ratePerSecond(processes, 'ours', Math.ceil(each / 8), 'durable')
    const shell = await ratePerSecond(processes, 'shell', each, '')
    rows.push([String(processes), number(ours), number(durable), number(shell), ratio(ours, shell)])
  }
  printTable(
    'Messages a second into one thread, each with its copy in the thread of the sender',
    ['processes', 'ours', 'ours, on the disk before it is said', 'mkdir lock and echo', 'ours : shell'],
    rows,
  )
  await manyThreads()
} finally {
  rmSync(root, { recursive: true, force: true })
}

/** From the moment that all of the processes are there to the end of the last one. */
async function ratePerSecond(
  processes: number,
  kind: 'ours' | 'shell',
  each: number,
  how: string,
): Promise<number> {
  const directory = mkdtempSync(join(root, `${kind}-`))
  const writer = fileURLToPath(new URL('programs/mail-writer.mjs', import.meta.url))
  const argv =
    kind === 'shell'
      ? ['bash', '-c', lockAndEcho, 'bash', directory, String(each)]
      : [process.execPath, writer, directory, String(each), how]
  if (kind === 'ours') createMailbox(commsAt(directory), 'claude')
  const [file = '', ...args] = argv
  const children = Array.from({ length: processes }, () =>
    spawn(file, args, { stdio: ['pipe', 'pipe', 'inherit'] }),
  )
  await Promise.all(children.map((child) => once(child.stdout, 'data')))
  const ended = Promise.all(children.map((child) => once(child, 'close')))
  const started = performance.now()
  for (const child of children) child.stdin.end('go\n')
  await ended
  const seconds = (performance.now() - started) / 1_000
  const path = kind === 'shell' ? directory : join(directory, 'claude/instant_messaging/active/bench')
  const lines = readFileSync(join(path, 'thread.jsonl'), 'utf8').split('\n')
  const written = lines.filter((line) => line !== '').length
  if (written !== processes * each) throw new Error(`${written} of ${processes * each} messages arrived`)
  return written / seconds
}

/** What a mailbox with many threads costs: the descriptors of a watch, and looking into it. */
async function manyThreads(): Promise<void> {
  const comms = commsAt(mkdtempSync(join(root, 'many-')))
  const mailbox = createMailbox(comms, 'claude')
  for (let n = 0; n < threads; n++) send(n)
  const inbox = new Inbox(comms, mailbox)
  const first = await timed(async () => inbox.acknowledge(inbox.look()))
  const again = await timed(async () => inbox.look())
  const before = descriptors()
  const watch = watchDirectories([mailbox.active], { depth: 1, sweepMs: 600_000 })
  const signal = AbortSignal.timeout(60_000)
  const ready = await timed(() => watch.next(signal))
  const after = descriptors()
  const noticed = await timed(async () => {
    send(77)
    await watch.next(signal)
  })
  await watch.close()
  printTable(
    `A mailbox with ${threads} threads`,
    ['', 'value'],
    [
      ['first look, with receipts for all, ms', number(first)],
      ['look when nothing is new, ms', number(again)],
      ['until the watch is there, ms', number(ready)],
      ['descriptors that it takes', Number.isNaN(after) ? '–' : String(after - before)],
      ['from a new message to the notice of it, ms', number(noticed)],
    ],
  )

  function send(n: number): void {
    const draft = {
      from: 'claude_cli_many_1',
      to: 'claude',
      task: `task_${n}`,
      type: 'message',
      text: 'hello',
    }
    sendMessage(comms, draft, { durable: false })
  }
}

async function timed(action: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await action()
  return performance.now() - started
}

function descriptors(): number {
  if (process.platform === 'linux') return readdirSync('/proc/self/fd').length
  return execFileSync('lsof', ['-p', String(process.pid)], { encoding: 'utf8' }).split('\n').length
}
