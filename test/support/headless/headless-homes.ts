/** Homes for the real agents without a terminal: the pinned ones, and three that only the recorder runs. */
import { existsSync, mkdirSync, realpathSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type AgentHome, makeAgentHome } from '../agents/agent-home.ts'
import { agentBin } from '../agents/pinned-agents.ts'

export const recordedAgents = ['claude', 'codex', 'gemini', 'qwen', 'opencode', 'copilot'] as const
export type RecordedAgent = (typeof recordedAgents)[number]

/** Installed by hand beside the pinned ones, as docs/headless.md says. */
const others = { qwen: '0.24.4', opencode: '1.18.33', copilot: '1.0.102' } as const

export interface HeadlessHome extends Pick<AgentHome, 'home' | 'project' | 'env'> {
  /** What goes before the arguments of the profile, such as `codex`'s provider. */
  program: string
}

/** @param model URL of the model server */
export function makeHeadlessHome(agent: RecordedAgent, at: string, model: string): HeadlessHome {
  if (agent === 'claude' || agent === 'codex' || agent === 'gemini') {
    const made = makeAgentHome(agent, { home: at, model })
    return { ...made, program: join(agentBin(agent), agent) }
  }
  mkdirSync(join(at, 'shop'), { recursive: true })
  const home = realpathSync(at)
  const project = join(home, 'shop')
  writeFileSync(join(project, 'app.ts'), 'const host = "0.0.0.0"\nconst port = 80\n')
  const bin = agentBin('claude').replace(/claude-[^/]+/u, `${agent}-${others[agent]}`)
  const program = join(bin, agent)
  if (!existsSync(program)) throw new Error(`${program} is not there`)
  const env = { PATH: `${bin}:${process.env['PATH'] ?? ''}`, HOME: home, LANG: 'C.UTF-8' }
  return { home, project, program, env: { ...env, ...settings[agent](home, model) } }
}

const settings: Record<keyof typeof others, (home: string, model: string) => Record<string, string>> = {
  qwen: (home, model) => {
    writeJson(join(home, '.qwen', 'settings.json'), {
      security: { auth: { selectedType: 'openai' }, folderTrust: { enabled: false } },
      general: { disableAutoUpdate: true, enableAutoUpdate: false },
      privacy: { usageStatisticsEnabled: false },
    })
    return { OPENAI_BASE_URL: `${model}/v1`, OPENAI_API_KEY: 'dummy', OPENAI_MODEL: 'fake' }
  },
  opencode: (home, model) => {
    writeJson(join(home, '.config', 'opencode', 'opencode.json'), {
      autoupdate: false,
      share: 'disabled',
      model: 'scripted/fake',
      small_model: 'scripted/fake',
      provider: {
        scripted: {
          npm: '@ai-sdk/openai-compatible',
          name: 'scripted',
          options: { baseURL: `${model}/v1`, apiKey: 'dummy' },
          models: { fake: { name: 'fake' } },
        },
      },
      permission: { bash: 'ask' },
    })
    return { OPENCODE_DISABLE_AUTOUPDATE: '1', OPENCODE_DISABLE_MODELS_FETCH: '1' }
  },
  copilot: (home, model) => {
    mkdirSync(join(home, '.copilot'), { recursive: true })
    return {
      COPILOT_PROVIDER_BASE_URL: `${model}/v1`,
      COPILOT_PROVIDER_API_KEY: 'dummy',
      COPILOT_MODEL: 'fake',
      COPILOT_AUTO_UPDATE: 'false',
      COPILOT_OFFLINE: 'true',
    }
  },
}

function writeJson(path: string, value: object): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, `${JSON.stringify(value, undefined, 2)}\n`)
}
