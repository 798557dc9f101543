import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'
import { readClaimPlaces } from '../../src/coordination/claim-place.ts'
import { isHeld } from '../../src/coordination/find-claim.ts'
import { commsAt } from '../../src/mail/comms.ts'
import { createMailbox } from '../../src/mail/mailbox.ts'

const claimer = new URL('../support/claimer-main.ts', import.meta.url).pathname
const processes = 16
/** 10,000 in `CLAIM_TASKS=10000 npx vitest run test/coordination/crowd.test.ts`, and in bench/claims.ts. */
const tasks = Number(process.env['CLAIM_TASKS'] ?? 2_000)

test(`${processes} processes claim ${tasks} tasks: each has exactly one owner, and none is lost`, {
  // Each claim waits for the disk.
  timeout: 60_000 + tasks * 40,
}, async () => {
  const root = mkdtempSync(join(tmpdir(), 'crowd-'))
  const comms = commsAt(root)
  const mailbox = createMailbox(comms, 'claude_cli')
  const names = Array.from({ length: tasks }, (_, index) => `req_${index}`)
  for (const name of names) writeFileSync(join(mailbox.toExecute, `${name}.md`), `# ${name}\n`)
  const crowd = Array.from({ length: processes }, () => {
    const child = spawn(process.execPath, ['--import', 'tsx', claimer, root, 'claude_cli'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() }
  })
  for (const { lines } of crowd) expect((await lines.next()).value).toBe('ready')
  for (const { child } of crowd) child.stdin.end('go\n')
  const claimed = await Promise.all(
    crowd.map(async ({ child, lines }) => {
      const { value } = await lines.next()
      await once(child, 'close')
      return JSON.parse(value ?? '[]') as string[]
    }),
  )
  expect(claimed.flat().sort()).toEqual(names.sort())
  expect(readdirSync(mailbox.toExecute)).toEqual([])
  const places = readClaimPlaces(comms, mailbox)
  expect(places.every((place) => place.kind === 'claimed' && isHeld(place))).toBe(true)
  expect(places.map(({ task }) => task).sort()).toEqual(names)
  for (const [index, { child }] of crowd.entries()) {
    const own = places.filter(({ pid }) => pid === child.pid).map(({ task }) => task)
    expect(own.sort()).toEqual((claimed[index] ?? []).sort())
  }
  rmSync(root, { recursive: true })
})
