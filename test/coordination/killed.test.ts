import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { examineCoordination } from '../../src/coordination/examine.ts'
import { submitTask } from '../../src/coordination/submit.ts'
import { viewTasks } from '../../src/coordination/task-view.ts'
import { commsAt } from '../../src/mail/comms.ts'
import { createMailbox, type Mailbox } from '../../src/mail/mailbox.ts'

const program = new URL('../support/killed-coordinator-main.ts', import.meta.url).pathname
/** One in so many calls is tried in the suite; all with `KILL_EVERY=1`. */
const every = Number(process.env['KILL_EVERY'] ?? 11)
const atOnce = 4

test.each(['complete', 'release', 'fail'])(
  'killed before any change of a file on the way to %s, everything is there once and doctor repairs the rest',
  { timeout: 600_000 },
  async (end) => {
    const whole = await run(0, end)
    const calls = Number(whole.printed)
    expect(calls).toBeGreaterThan(30)
    const first = 1 + Math.floor(Math.random() * every)
    const points = Array.from({ length: Math.ceil(calls / every) }, (_, index) => first + index * every)
    for (let index = 0; index < points.length; index += atOnce) {
      await Promise.all(points.slice(index, index + atOnce).map((point) => run(point, end)))
    }
  },
)

async function run(point: number, end: string): Promise<{ printed: string }> {
  const root = mkdtempSync(join(tmpdir(), 'killed-'))
  const comms = commsAt(root)
  const mailbox = createMailbox(comms, 'claude_cli')
  for (const task of ['first', 'second']) submitTask(comms, mailbox, task, 'x')
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', program, root, 'claude_cli', String(point), end],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const [printed] = await Promise.all([text(child.stdout), once(child, 'close')])
  const where = `killed before call ${point} of ${end}`
  const before = viewTasks(comms, mailbox).map(({ task }) => task)
  expect(before, where).toEqual(expect.arrayContaining(['first', 'second']))
  await examineCoordination(comms, { fix: true })
  await examineCoordination(comms, { fix: true })
  const { problems } = await examineCoordination(comms, { fix: false })
  expect(problems, where).toEqual([])
  for (const task of before) expect(placesOf(mailbox, task), `${task}, ${where}`).toHaveLength(1)
  const states = new Map(viewTasks(comms, mailbox).map(({ task, state }) => [task, state]))
  expect(states.get('second'), where).toBe('queued')
  expect(['queued', 'completed', 'failed'], where).toContain(states.get('first'))
  if (states.get('first') !== 'queued' && states.has('first_t1')) {
    expect(lstatSync(join(mailbox.completed, 'first', 'first_t1@')).isSymbolicLink(), where).toBe(true)
  }
  rmSync(root, { recursive: true })
  return { printed }
}

/** Every place where the task itself is: its file in a queue or a claim, or its directory in completed. */
function placesOf(mailbox: Mailbox, task: string): string[] {
  const files = readdirSync(join(mailbox.path, 'coordination'), { recursive: true, encoding: 'utf8' })
  const own = new RegExp(`(?:^|/)${task}(?:\\.\\d+)?\\.md$`)
  // What lies behind a link is listed with it.
  return files.filter(
    (path) => !path.includes('@/') && own.test(path) && !/response|completion|failure/.test(path),
  )
}
