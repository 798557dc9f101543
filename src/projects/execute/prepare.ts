/** Everything that has to be there before an agent begins. */
import { existsSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { writeFileAtomic } from '../../lib/atomic-file.ts'
import { errorMessage, OrchError } from '../../lib/errors.ts'
import { ensurePrivateDirectory } from '../../lib/home.ts'
import { newUuid } from '../../lib/ids.ts'
import { secretsAmong } from '../../lib/redact/secret-values.ts'
import { knowSecrets } from '../../lib/redact.ts'
import { parseDone } from '../../runner/parse-done.ts'
import { stepEnvironment } from '../../runner/step-environment.ts'
import type { Step } from '../../runner/task.ts'
import { findProgram } from '../../sessions/find-program.ts'
import { askWords } from '../../signals/hooks/ask-words.ts'
import { makeOwnPlace, placesIn } from '../project-places.ts'
import type { Prepared, TaskOrder } from '../run/executor.ts'
import type { Plan } from '../run/plan.ts'
import type { AttemptFacts } from '../run/task-record.ts'
import type { AgentVersions } from './agent-version.ts'
import { type AttemptFiles, attemptFiles } from './attempt-files.ts'
import { readEnvFiles } from './env-files.ts'
import type { ExecutorOptions } from './executor-options.ts'
import { fillPrompt, pointTo } from './fill-prompt.ts'
import { Git } from './git.ts'
import { gitBefore } from './git-changes.ts'
import { wayOf } from './headless-way.ts'
import { taskOf } from './task-of-plan.ts'
import { makeWorktree, type Worktree } from './worktree.ts'

/** @throws {OrchError} what keeps the attempt from beginning */
export async function prepareAttempt(
  options: ExecutorOptions,
  versions: AgentVersions,
  order: TaskOrder,
): Promise<Prepared> {
  const { project, id, plan } = order
  const { variables, warnings } = readEnvFiles(options.home.root, project.path)
  // What the agent shows on its screen is written down, too.
  knowSecrets(secretsAmong(variables))
  const environment = { ...options.environment(), ...variables }
  const files = attemptFiles(options.home, order)
  // Before anything is made: most of what can be wrong is found out here.
  const prompt = promptOf(order, files)
  const work = workOf(options, order, files, prompt)
  const program = findProgram(work.words[0] ?? '', environment['PATH'], project.path)
  keepFile(project.path, files.text, order.text)
  if (prompt.file !== files.text) keepFile(project.path, prompt.file, prompt.ofFile)
  const git = new Git(project.path, options.environment())
  const worktree =
    plan.worktree === false ? undefined : await makeWorktree(git, project.path, id, plan.worktree)
  const cwd = worktree?.cwd ?? project.path
  const action = work.action([program, ...work.words.slice(1)], cwd)
  const exposed = await exposure(git, project.path)
  const known = await knownFacts(options, versions, { program, cwd, git: git.in(cwd), environment })
  const said = [...warnings, ...exposed, ...(worktree?.warnings ?? []), ...known.warnings]
  return {
    facts: {
      ...factsOf(plan, cwd, worktree, action),
      ...work.facts,
      ...known.facts,
      ...(said.length === 0 ? {} : { warnings: said }),
    },
    definition: taskOf(id, { action, cwd, timeoutMs: plan.timeoutMs }),
    environment: { ...options.environment(), ...stepEnvironment({ ...variables, ...work.env }) },
  }
}

/** What is to be run, before it is known where. */
interface Work {
  /** Program and arguments; in a session those that the profile says. */
  words: readonly string[]
  /** Of its profile; people may have put keys there as well. */
  env: Record<string, string>
  facts: Pick<AttemptFacts, 'permissions'>
  /** @param words with the program's absolute path */
  action(words: string[], cwd: string): Step['action']
}

/** An agent without a time limit waits so long for an answer, in ms. */
const longestAskMs = 7 * 86_400_000

function workOf(
  options: ExecutorOptions,
  { id, plan }: TaskOrder,
  files: AttemptFiles,
  prompt: PromptForms,
): Work {
  const { agents } = options.config()
  const start = Object.hasOwn(agents, plan.agent) ? agents[plan.agent] : undefined
  const way = wayOf(options, plan.agent)
  if (!start || !way) {
    throw new OrchError('agent-unknown', `There is no agent "${plan.agent}".`, {
      hint: `Known: ${Object.keys(agents).join(', ')}. Add it to config.yaml.`,
    })
  }
  const { stdout, stderr, screen } = files
  if (plan.mode === 'headless') {
    const { model, permissions } = plan
    const conversation = newUuid().toLowerCase()
    const withinMs = plan.timeoutMs ?? longestAskMs
    const asked = { words: askWords(options.own, { agent: plan.agent, task: id, withinMs }), withinMs }
    const given = { prompt: prompt.whole, shortPrompt: prompt.short }
    const wanted = { ...given, model, permissions, conversation, asked }
    const { words, byStdin, env, permissions: allowed, asks } = way.work(wanted)
    const rest = {
      capture: { stdout, stderr },
      ...(byStdin ? { stdin: prompt.file } : {}),
      ...(asks ? { asks: files.asks } : {}),
    }
    return {
      ...{ words, env, action: (run) => ({ kind: 'command', run, ...rest }) },
      facts: allowed === undefined ? {} : { permissions: allowed },
    }
  }
  const { agent, done = 'idle', model } = plan
  const args = model === undefined ? [] : way.modelArguments(model)
  const rest = { file: prompt.file, screen, ...(args.length === 0 ? {} : { args }) }
  return {
    words: start.command,
    env: {},
    facts: {},
    action: (_, cwd) => ({ kind: 'agent', agent, ...rest, done: parseDone(done, cwd) }),
  }
}

/** What the agent is given to do. */
interface PromptForms {
  whole: string
  /** For an argument, where the whole is too long for one. */
  short: string
  file: string
  /** What stands in the file. */
  ofFile: string
}

/** Longest text of a session, in bytes: a longer one would be read from its file, and begin with no command. */
const mostOfSession = 32_000

function promptOf({ id, plan, text }: TaskOrder, files: AttemptFiles): PromptForms {
  const short = pointTo(files.text)
  if (plan.prompt === undefined) return { whole: text, short, file: files.text, ofFile: text }
  const filled = (given: string) =>
    `${fillPrompt(plan.prompt ?? '', { text: given, file: files.text, task: id })}\n`
  const [whole, around] = [filled(text), filled(short)]
  const isLong = plan.mode === 'session' && Buffer.byteLength(whole) > mostOfSession
  return { whole, short: around.trimEnd(), file: files.prompt, ofFile: isLong ? around : whole }
}

/** The document may change meanwhile; the agent works on what it was when the attempt began. */
function keepFile(project: string, path: string, text: string): void {
  makeOwnPlace(placesIn(project).state)
  ensurePrivateDirectory(dirname(path))
  writeFileAtomic(path, text)
}

function factsOf(
  { mode, agent, model }: Plan,
  cwd: string,
  worktree: Worktree | undefined,
  action: Step['action'],
): AttemptFacts {
  return {
    ...{ mode, agent, cwd },
    ...(model === undefined ? {} : { model }),
    ...(worktree ? { worktree: { path: worktree.path, branch: worktree.branch } } : {}),
    ...(action.kind === 'command' && action.capture ? { captured: action.capture } : {}),
  }
}

/** A commit of everything, as agents make them, would have the keys in it. */
async function exposure(git: Git, project: string): Promise<string[]> {
  if (!existsSync(join(project, '.env'))) return []
  // 0: it is ignored; 1: it is not; anything else: no repository.
  const { code } = await git.look('check-ignore', '--quiet', '.env')
  return code === 1 ? [`${join(project, '.env')} is not in .gitignore: an agent may commit it`] : []
}

interface Place {
  program: string
  cwd: string
  git: Git
  environment: NodeJS.ProcessEnv
}

/** What a result tells of before, as far as it can be found out. */
async function knownFacts(
  options: ExecutorOptions,
  versions: AgentVersions,
  { program, cwd, git, environment }: Place,
): Promise<{ facts: Partial<AttemptFacts>; warnings: string[] }> {
  const warnings: string[] = []
  const [agentVersion, before] = await Promise.all([
    isAgent(options, program) ? versions.of(program, cwd, environment) : undefined,
    gitBefore(git).catch((error: unknown) => {
      warnings.push(errorMessage(error))
      return undefined
    }),
  ])
  const { commit, dirty, dirtyMore } = before ?? {}
  return {
    warnings,
    facts: {
      ...(agentVersion === undefined ? {} : { agentVersion }),
      ...(commit === undefined ? {} : { gitBefore: commit }),
      ...(dirty === undefined ? {} : { gitDirty: dirty }),
      ...(dirtyMore === undefined ? {} : { gitDirtyMore: dirtyMore }),
    },
  }
}

/** Who knows what a command of somebody's own does with `--version`? */
function isAgent({ profiles }: ExecutorOptions, program: string): boolean {
  return [...profiles().values()].some(
    ({ profile }) => profile.name !== 'shell' && profile.recognise.programs.includes(basename(program)),
  )
}
