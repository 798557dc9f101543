/**
 * Records the screens of the real agents again, when their versions change:
 *
 *   npx tsx test/support/record-agents-main.ts OUT [--only REGEXP] [--widths 80,120] [--home DIR]
 *
 * `--only` is matched against `agent/scenario`. `--home` is made anew for every recording, and its path may
 * be seen in the casts; it must be empty or not there at the beginning.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { makeAgentHome } from './agents/agent-home.ts'
import { agentBin, installAgent, type PinnedAgent, pinnedAgents } from './agents/pinned-agents.ts'
import { ModelServer } from './model-server/server.ts'
import { Recorder } from './record/recorder.ts'
import { type Scenario, scenarios } from './record/scenarios.ts'
import { recordingScript } from './record/script.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { only: { type: 'string' }, widths: { type: 'string' }, home: { type: 'string' } },
})
const [out] = positionals
if (out === undefined) throw new Error('where to? Give a directory for the casts')
const home = values.home ?? mkdtempSync(join(tmpdir(), 'record-'))
if (existsSync(home) && readdirSync(home).length > 0) throw new Error(`${home} is not empty`)
const only = new RegExp(values.only ?? '')
const model = await ModelServer.start(recordingScript(join(home, 'shop')))
let failures = 0

for (const [title, scenario] of Object.entries(scenarios)) {
  for (const agent of scenario.agents.filter((name) => only.test(`${name}/${title}`))) {
    await installAgent(agent)
    for (const columns of (values.widths ?? '120').split(',').map(Number)) {
      const place = `${agent}/${title}-${columns}.cast`
      try {
        await record(title, scenario, agent, columns, join(out, place))
        console.log(`${place}: recorded`)
      } catch (error) {
        failures++
        console.error(`${place}: ${error}`)
      }
    }
  }
}
await model.close()
process.exit(failures > 0 ? 1 : 0)

async function record(
  title: string,
  scenario: Scenario,
  agent: PinnedAgent,
  columns: number,
  path: string,
): Promise<void> {
  const { trusted = true, keyApproved = true } = scenario
  const { project, env, args } = makeAgentHome(agent, { home, model: model.url, trusted, keyApproved })
  const program = {
    file: join(agentBin(agent), agent),
    args: [...(scenario.args ?? args)],
    cwd: project,
    env: { ...env, TERM: 'xterm-256color', COLORTERM: 'truecolor' },
    columns,
    rows: 40,
  }
  const recorder = new Recorder(program, { title, agent, agent_version: pinnedAgents[agent].version })
  try {
    await scenario.steps(recorder, agent)
    mkdirSync(join(path, '..'), { recursive: true })
    recorder.save(path)
  } finally {
    await recorder.end()
    rmSync(home, { recursive: true, force: true })
  }
}
