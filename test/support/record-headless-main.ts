/**
 * Records what the real agents print without a terminal, when their versions change:
 *
 *   npx tsx test/support/record-headless-main.ts test/fixtures/headless [--only REGEXP]
 *
 * `--only` is matched against `agent/scenario`. Each recording is what came on standard output and beside it, and
 * how the program ended; paths of the home and the address of the model are replaced.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { headlessCommand } from '../../src/agents/headless/headless-command.ts'
import { shippedProfiles } from '../../src/agents/load-profiles.ts'
import { makeHeadlessHome, type RecordedAgent, recordedAgents } from './headless/headless-homes.ts'
import { type HeadlessScenario, headlessScenarios } from './headless/headless-scenarios.ts'
import { ModelServer } from './model-server/server.ts'

const { values, positionals } = parseArgs({ allowPositionals: true, options: { only: { type: 'string' } } })
const [out] = positionals
if (out === undefined) throw new Error('where to? Give a directory for the recordings')
const only = new RegExp(values.only ?? '')

for (const [title, scenario] of Object.entries(headlessScenarios)) {
  for (const agent of recordedAgents.filter((name) => only.test(`${name}/${title}`))) {
    await record(agent, title, scenario, join(out, agent))
  }
}

async function record(
  agent: RecordedAgent,
  title: string,
  scenario: HeadlessScenario,
  directory: string,
): Promise<void> {
  const profile = shippedProfiles().get(agent)
  if (!profile) throw new Error(`no profile ${agent}`)
  const at = mkdtempSync(join(tmpdir(), 'headless-'))
  const model = await ModelServer.start((turn) => scenario.script(turn, join(at, 'shop')))
  const { program, project, env, home } = makeHeadlessHome(agent, at, model.url)
  const command = headlessCommand(profile, { prompt: 'create the marker', permissions: scenario.permissions })
  const words = [program, ...command.words.slice(1)]
  // A group of its own, which is ended as a whole.
  const child = spawn(words[0] ?? '', words.slice(1), {
    cwd: project,
    env: { ...env, ...command.env },
    stdio: 'pipe',
    detached: true,
  })
  const chunks: Record<'stdout' | 'stderr', Buffer[]> = { stdout: [], stderr: [] }
  for (const name of ['stdout', 'stderr'] as const)
    child[name].on('data', (chunk: Buffer) => chunks[name].push(chunk))
  child.stdin.on('error', () => {}).end(command.stdin ?? '')
  const ended = once(child, 'close')
  const timer = setTimeout(
    () => process.kill(-(child.pid ?? 0), scenario.signal ?? 'SIGKILL'),
    scenario.endAfterMs,
  )
  const late = setTimeout(() => process.kill(-(child.pid ?? 0), 'SIGKILL'), scenario.endAfterMs + 15_000)
  const [exitCode, signal]: unknown[] = await ended
  clearTimeout(timer)
  clearTimeout(late)
  await model.close()
  mkdirSync(directory, { recursive: true })
  const clean = (parts: Buffer[]) =>
    Buffer.concat(parts)
      .toString('utf8')
      .replaceAll(home, '/home/me')
      .replaceAll(dirname(dirname(dirname(program))), '/opt/agent')
      .replaceAll(model.url, 'http://127.0.0.1:1')
  writeFileSync(join(directory, `${title}.stdout`), clean(chunks.stdout))
  const end = { words: command.words, exitCode, signal, stderr: clean(chunks.stderr).slice(-2_000) }
  writeFileSync(join(directory, `${title}.json`), `${JSON.stringify(end, undefined, 2)}\n`)
  rmSync(at, { recursive: true, force: true })
  console.log(`${agent}/${title}: ${JSON.stringify({ exitCode, signal, turns: model.turns.length })}`)
}
