/** A home for a real agent CLI: past its first questions, with a dummy key, and no way out but our model. */
import { mkdirSync, realpathSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { agentBin, type PinnedAgent } from './pinned-agents.ts'

export interface AgentHome {
  home: string
  /** The project that the agent works in; trusted unless said otherwise. */
  project: string
  env: Record<string, string>
  /** Arguments for what these tests need. */
  args: string[]
}

export interface HomeOptions {
  /** URL of the model server. */
  model: string
  /** Directory to make the home in; it may exist. */
  home: string
  /** False: the agent asks whether it may trust the project. */
  trusted?: boolean
  /** False: Claude Code asks whether it may use the key of the environment. */
  keyApproved?: boolean
  /** False: the agent has neither a key nor a login. */
  signedIn?: boolean
  /** False: Claude Code asks for its colours first. */
  themeChosen?: boolean
  /** True: Codex has heard of a newer version. */
  updateKnown?: boolean
  /** Colours for a light terminal, where the agent does not ask the terminal. */
  light?: boolean
}

export function makeAgentHome(agent: PinnedAgent, options: HomeOptions): AgentHome {
  mkdirSync(options.home, { recursive: true })
  // Agents remember the directories they trust by their real path (/tmp is a link on macOS).
  const home = realpathSync(options.home)
  const project = join(home, 'shop')
  mkdirSync(project, { recursive: true })
  writeFileSync(join(project, 'app.ts'), 'const host = "0.0.0.0"\nconst port = 80\n')
  const { env, args } = writers[agent]({ ...options, home, project })
  const common = { PATH: `${agentBin(agent)}:${process.env['PATH'] ?? ''}`, HOME: home, LANG: 'C.UTF-8' }
  return { home, project, env: { ...common, ...env }, args }
}

type Place = HomeOptions & { project: string }
type Settings = Pick<AgentHome, 'env' | 'args'>

const writers: Record<PinnedAgent, (place: Place) => Settings> = {
  claude: ({
    home,
    project,
    model,
    trusted = true,
    keyApproved = true,
    signedIn = true,
    themeChosen = true,
    light = false,
  }) => {
    writeJson(join(home, '.claude.json'), {
      hasCompletedOnboarding: themeChosen,
      ...(themeChosen && { theme: light ? 'light' : 'dark' }),
      // Approved keys are remembered by their last 20 characters, which is all of this one.
      customApiKeyResponses: { approved: keyApproved ? [dummyKey] : [], rejected: [] },
      projects: trusted
        ? { [project]: { hasTrustDialogAccepted: true, hasCompletedProjectOnboarding: true } }
        : {},
    })
    const env = {
      ANTHROPIC_BASE_URL: model,
      ...(signedIn && { ANTHROPIC_API_KEY: dummyKey }),
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      DISABLE_AUTOUPDATER: '1',
    }
    // Today's default is auto mode, which asks for nothing.
    return { env, args: ['--permission-mode', 'default'] }
  },

  codex: ({ home, project, model, trusted = true, signedIn = true, updateKnown = false }) => {
    const lines = [
      'model = "fake"',
      ...(signedIn ? ['model_provider = "fake"'] : []),
      // Who chooses a sandbox is not asked for trust.
      ...(trusted ? ['sandbox_mode = "read-only"'] : []),
      `check_for_update_on_startup = ${updateKnown}`,
      'suppress_unstable_features_warning = true',
      '[model_providers.fake]',
      'name = "fake"',
      `base_url = "${model}/v1"`,
      'wire_api = "responses"',
      'env_key = "FAKE_KEY"',
      'request_max_retries = 1',
      'stream_max_retries = 1',
      ...(trusted ? [`[projects."${project}"]`, 'trust_level = "trusted"'] : []),
      '[analytics]',
      'enabled = false',
      '[features]',
      // Questions outside the plan mode.
      'default_mode_request_user_input = true',
    ]
    // Codex asks for trust in repositories only; this is the least that makes one.
    for (const name of ['objects', 'refs']) mkdirSync(join(project, '.git', name), { recursive: true })
    writeFileSync(join(project, '.git', 'HEAD'), 'ref: refs/heads/main\n')
    mkdirSync(join(home, '.codex'), { recursive: true })
    writeFileSync(join(home, '.codex', 'config.toml'), `${lines.join('\n')}\n`)
    // It was asked for just now, so that nothing is asked of the network.
    const version = { latest_version: '99.0.0', last_checked_at: new Date().toISOString() }
    if (updateKnown) writeJson(join(home, '.codex', 'version.json'), version)
    return { env: { FAKE_KEY: dummyKey }, args: ['--no-daemon'] }
  },

  gemini: ({ home, project, model, trusted = true, signedIn = true }) => {
    mkdirSync(join(home, '.gemini'), { recursive: true })
    writeJson(join(home, '.gemini', 'settings.json'), {
      security: {
        ...(signedIn && { auth: { selectedType: 'gemini-api-key' } }),
        folderTrust: { enabled: true },
      },
      general: { disableAutoUpdate: true, enableAutoUpdate: false },
      privacy: { usageStatisticsEnabled: false },
    })
    if (trusted) writeJson(join(home, '.gemini', 'trustedFolders.json'), { [project]: 'TRUST_FOLDER' })
    const env = {
      ...(signedIn && { GEMINI_API_KEY: dummyKey }),
      GOOGLE_GEMINI_BASE_URL: model,
      GEMINI_TELEMETRY_ENABLED: 'false',
    }
    return { env, args: [] }
  },
}

const dummyKey = 'dummy'

function writeJson(path: string, value: object): void {
  writeFileSync(path, `${JSON.stringify(value, undefined, 2)}\n`)
}
