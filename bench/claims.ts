// How many tasks are claimed in a second by several processes, against what people do with a shell instead:
// `mkdir` of a lock per task, then moving the file. Both start from the same files; claims of ours have a
// record of the owner, synced to the disk, before they count.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { commsAt } from '../src/mail/comms.ts'
import { createMailbox } from '../src/mail/mailbox.ts'
import { number, ratio } from './support/statistics.ts'
import { printTable } from './support/table.ts'

const processes = 16
const tasks = Number(process.argv[2] ?? 10_000)
const claimer = fileURLToPath(new URL('../test/support/claimer-main.ts', import.meta.url))

const ours = await measure((root) => [process.execPath, '--import', 'tsx', claimer, root, 'claude_cli'])
// $1 is the mailbox; mv and mkdir are programs, as they are for an agent that writes such a loop.
const loop = `echo ready; read -r _; cd "$1/coordination/to_execute" || exit 1
for file in *.md; do
  [ -e "$file" ] || continue
  if mkdir "../in_progress/$file.lock" 2>/dev/null; then mv "$file" "../in_progress/$file.lock/" && n=$((n+1)); fi
done; echo "$n"`
const theirs = await measure((root) => ['sh', '-c', loop, 'sh', join(root, 'claude_cli')])

printTable(
  `${processes} processes claim ${number(tasks)} tasks`,
  ['', 'iterm-orch', 'mkdir lock', 'iterm-orch : mkdir'],
  [['claims/s', number(tasks / ours), number(tasks / theirs), ratio(theirs, ours)]],
)

/** Seconds from the start signal until all have ended. */
async function measure(command: (root: string) => string[]): Promise<number> {
  const root = mkdtempSync(join(tmpdir(), 'io-claims-'))
  try {
    mkdirSync(root, { recursive: true })
    const mailbox = createMailbox(commsAt(root), 'claude_cli')
    for (let index = 0; index < tasks; index++)
      writeFileSync(join(mailbox.toExecute, `req_${index}.md`), 'x\n')
    const crowd = Array.from({ length: processes }, () => {
      const [file = '', ...args] = command(root)
      const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'inherit'] })
      const lines = createInterface({ input: child.stdout })
      return { child, ready: once(lines, 'line') }
    })
    await Promise.all(crowd.map(({ ready }) => ready))
    const started = performance.now()
    const ends = crowd.map(({ child }) => once(child, 'close'))
    for (const { child } of crowd) child.stdin.end('go\n')
    await Promise.all(ends)
    const claimed = readdirSync(mailbox.inProgress).length
    if (claimed !== tasks) throw new Error(`${claimed} of ${tasks} tasks were claimed`)
    return (performance.now() - started) / 1_000
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}
