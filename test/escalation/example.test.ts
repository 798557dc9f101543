import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'
import { resolveHome } from '../../src/lib/home.ts'
import { mailboxOfSender } from '../../src/mail/names.ts'
import { binary, stopAll } from '../cli/cli.ts'
import { escalationsIn, threadLines } from '../support/escalation-scene.ts'

const script = fileURLToPath(new URL('../../examples/escalation/run.sh', import.meta.url))

afterAll(stopAll)

describe('pattern 3: agents, their orchestrator, and those above', () => {
  // Two dozen commands, each of which starts Node.
  it('each question is answered by the one who can, and the orchestrator learns what was answered above it', {
    timeout: 180_000,
  }, async () => {
    const env = { ...process.env, ITERM_ORCH: `${process.execPath} ${binary}`, ITERM_ORCH_TERMINAL: 'host' }
    const { stdout } = await promisify(execFile)('sh', [script], { env })
    expect(stdout).toContain('COMPLETE: told from above: Blue Heron')
    for (const done of ['mirror with: eu-north', 'deploy with: staging', 'release with: Blue Heron'])
      expect(stdout).toContain(`COMPLETE: ${done}`)
    const home = resolveHome()
    const records = escalationsIn(home)
    const [passedUp] = records.filter(({ name }) => name === 'release')
    const orchestrator = passedUp?.orchestrator ?? ''
    expect(
      records.map(({ name, outcome, answers, told }) => ({
        ...{ name, outcome, told: told.filter(({ channel }) => channel === 'mail').map(({ to }) => to) },
        by: answers.map(({ from, verdict }) => `${mailboxOfSender(from) ?? from} ${verdict}`),
      })),
    ).toEqual([
      { name: 'mirror', outcome: 'answered', told: [], by: ['the nearest mirror taken'] },
      { name: 'deploy', outcome: 'answered', told: [orchestrator], by: [`${orchestrator} taken`] },
      { name: 'release', outcome: 'answered', told: [orchestrator, 'claude'], by: ['human taken'] },
    ])
    expect(passedUp?.raises).toMatchObject([
      { to: 'orchestrator' },
      { to: 'desktop', by: orchestrator, reason: 'Only its owner knows the name of the release.' },
    ])
    const learned = (mailbox: string, task: string) =>
      threadLines(home, mailbox, task)
        .filter(({ type }) => type === 'answer')
        .map(({ text, answered_by }) => [text, answered_by])
    expect(learned(orchestrator, 'release')).toEqual([['Blue Heron', 'human']])
    expect(learned(orchestrator, 'deploy')).toEqual([])
    expect(learned('claude', 'release')).toEqual([['Blue Heron', 'human']])
  })
})
