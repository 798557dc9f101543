/** The agent CLIs that the tests run, each in the version that they were made with, in a cache of their own. */
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

export const pinnedAgents = {
  claude: { package: '@anthropic-ai/claude-code', version: '2.1.329' },
  codex: { package: '@openai/codex', version: '0.169.0' },
  gemini: { package: '@google/gemini-cli', version: '0.61.0' },
} as const

export type PinnedAgent = keyof typeof pinnedAgents
export const agentNames: readonly PinnedAgent[] = ['claude', 'codex', 'gemini']

/** A download of 200 MB over a slow line. */
const installTimeoutMs = 600_000

/**
 * Directory of the agent's program, which is installed when it is not there yet: about 900 MB for all.
 * `ITERM_ORCH_AGENT_CACHE` moves the cache from `~/.cache/iterm-orch/agents`, the home of the real user
 * whatever `HOME` says, because tests run with an empty one.
 *
 * @throws {Error} when npm fails, or the program says another version than the pinned one (npm quietly
 *   takes an old one whose `engines` fit the running Node when it is not asked for an exact version).
 */
export async function installAgent(name: PinnedAgent): Promise<string> {
  const { package: packageName, version } = pinnedAgents[name]
  const directory = join(cacheDirectory(), `${name}-${version}`)
  if (!existsSync(directory)) await installInto(directory, `${packageName}@${version}`)
  const bin = join(directory, 'node_modules', '.bin')
  const home = mkdtempSync(join(cacheDirectory(), 'home-'))
  try {
    const { stdout } = await run(join(bin, name), ['--version'], {
      env: { PATH: process.env['PATH'] ?? '', HOME: home },
    })
    if (!stdout.includes(version)) throw new Error(`${name} in ${bin} is not ${version}: ${stdout.trim()}`)
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
  return bin
}

/** Where {@link installAgent} has put, or will put, the agent's program. */
export function agentBin(name: PinnedAgent): string {
  return join(cacheDirectory(), `${name}-${pinnedAgents[name].version}`, 'node_modules', '.bin')
}

/** Under another name first: an install that was interrupted is never taken for a whole one. */
async function installInto(directory: string, specification: string): Promise<void> {
  mkdirSync(cacheDirectory(), { recursive: true })
  const staging = mkdtempSync(`${directory}.`)
  writeFileSync(join(staging, 'package.json'), '{"private":true}\n')
  const flags = ['--save-exact', '--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error']
  await run('npm', ['install', ...flags, specification], { cwd: staging, timeout: installTimeoutMs })
  renameSync(staging, directory)
}

function cacheDirectory(): string {
  return process.env['ITERM_ORCH_AGENT_CACHE'] ?? join(userInfo().homedir, '.cache', 'iterm-orch', 'agents')
}
