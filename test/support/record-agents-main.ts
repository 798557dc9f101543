/**
 * Records the screens of the real agents again, when their versions change:
 *
 *   npx tsx test/support/record-agents-main.ts OUT [--only REGEXP] [--widths 80,120] [--home DIR]
 *
 * `--only` is matched against `agent/scenario`. `--home` is made anew for every recording, and its path may
 * be seen in the casts; it must be empty or not there at the beginning.
 */
import { spawnSync } from 'node:child_process'
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
/** A server of its own, without the settings of whoever records. */
const tmux = ['-f', '/dev/null', '-L', 'record']
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
  const { args: own, look, tmux: inTmux = false, agents: _, steps, ...different } = scenario
  const options = { home, model: model.url, light: look === 'light', ...different }
  const { project, env, args } = makeAgentHome(agent, options)
  const command = [join(agentBin(agent), agent), ...(own ?? args)]
  const [file = '', ...rest] = inTmux ? ['tmux', ...tmux, 'new-session', ...command] : command
  const colours: Record<string, string> = look === 'no-color' ? { NO_COLOR: '1' } : { COLORTERM: 'truecolor' }
  const program = {
    file,
    args: rest,
    cwd: project,
    env: { ...env, ...colours, TERM: 'xterm-256color', TMUX_TMPDIR: home },
    columns,
    rows: 40,
  }
  const source = { title, agent, agent_version: pinnedAgents[agent].version }
  const recorder = new Recorder(program, source, { light: options.light })
  try {
    await steps(recorder, agent)
    mkdirSync(join(path, '..'), { recursive: true })
    recorder.save(path)
  } finally {
    await recorder.end()
    if (inTmux) spawnSync('tmux', [...tmux, 'kill-server'], { env: program.env })
    rmSync(home, { recursive: true, force: true })
  }
}
