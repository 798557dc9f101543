/** Opens sessions: everything is checked and written down before the terminal is asked for anything. */
import { statSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { defaultAgent } from '../agents/known-agents.ts'
import { AgentStart } from '../agents/profile-schema.ts'
import type { BriefRole } from '../coordination/brief.ts'
import { OrchError } from '../lib/errors.ts'
import { newUuid } from '../lib/ids.ts'
import { mailboxOfSession } from '../mail/identity.ts'
import { isOrchestrator, mailboxOfSender } from '../mail/names.ts'
import { threadName } from '../mail/thread.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { type Account, accountOf } from './account.ts'
import { findProgram } from './find-program.ts'
import { type BriefPlan, handOver, planBrief } from './hand-over.ts'
import { writeLaunchFiles } from './launch-script.ts'
import { profileOf } from './profile-of.ts'
import { withId } from './resume.ts'
import { Session, type SessionContext } from './session.ts'
import type { SessionRun } from './session-info.ts'
import { makeMailbox } from './session-mailbox.ts'
import { assertName } from './session-name.ts'
import type { SessionRecord } from './session-record.ts'
import { nextTap, wantsTap, writeTapKey } from './tap-key.ts'
import { type NamedTask, promptTask, resolveTask, type Task } from './task.ts'

export interface LaunchOrder {
  task: string
  /** `task` is the prompt, whatever it looks like. */
  literal?: boolean | undefined
  agent?: string | undefined
  command?: readonly string[] | undefined
  args: readonly string[]
  name?: string | undefined
  cwd: string
  layout: 'tabs' | 'panes' | 'windows'
  count: number
  env: Readonly<Record<string, string>>
  /** The directory may be declared trustworthy when the agent asks. */
  trust?: boolean | undefined
  /** Operating instructions; undefined: those of a worker, where the profile of the agent says how. */
  brief?: BriefRole | 'none' | undefined
  /** Whether the program runs behind the tap; absent: as its profile has it. */
  tap?: boolean | undefined
  /** Also while the account is at its limit. */
  force?: boolean | undefined
  /** The step that it is opened for. */
  run?: SessionRun | undefined
}

export interface LaunchSettings {
  agents: Readonly<Record<string, AgentStart>>
  /** Agent when none is named; the task's own agent goes first. */
  agent?: string | undefined
  tasks: Readonly<Record<string, NamedTask>>
}

/** A launch that was checked: what to run, and how it gets its task. */
export interface LaunchPlan {
  agent: string
  task: Task
  cwd: string
  /** Program, absolute, and its arguments without the task. */
  command: string[]
  taskBy: AgentStart['task']
  taskArguments: string[]
  brief: BriefPlan | undefined
  /** Arguments that give the conversation an id of ours. */
  conversation: readonly string[]
  /** Arguments that continue a conversation. */
  resume: readonly string[]
  names: string[]
  layout: LaunchOrder['layout']
  env: Readonly<Record<string, string>>
  tap: boolean | undefined
  run: SessionRun | undefined
}

/** A program that dies within this time has not started. */
const earlyDeathMs = 1_000

/**
 * @param taken names of the sessions that exist
 * @throws {OrchError} `agent-unknown`, `program-not-found`, `task-not-found`, `usage`.
 */
export function planLaunch(
  order: LaunchOrder,
  settings: LaunchSettings,
  taken: readonly string[],
): LaunchPlan {
  if (order.name !== undefined) assertName(order.name)
  const task =
    order.literal === true ? promptTask(order.task) : resolveTask(order.task, order.cwd, settings.tasks)
  const cwd = task.cwd ?? order.cwd
  assertDirectory(cwd)
  const { agent, profile } = chooseProfile(order, settings, task)
  const [program = '', ...args] = profile.command
  return {
    agent,
    task,
    cwd,
    command: [findProgram(program, order.env['PATH'], cwd), ...args, ...order.args],
    taskBy: profile.task,
    taskArguments: profile.taskArguments,
    brief: planBrief(profile, order.brief),
    conversation: profile.conversation,
    resume: profile.resume,
    names: namesFor(order.name ?? agent, order.count, order.name !== undefined, taken),
    layout: order.layout,
    env: { ...order.env, ...profile.env, ...task.env },
    tap: order.tap,
    run: order.run,
  }
}

/** Writes down one session that is going to be opened. */
export function recordIntent(
  context: SessionContext,
  plan: LaunchPlan,
  name: string,
  terminal: Terminal,
): Session {
  const { store } = context
  const id = newUuid()
  const { agent, command, tap } = plan
  const record: SessionRecord = {
    version: 1,
    id,
    mailbox: mailboxOfSession(name, id),
    ...orchestratorIn(plan.env),
    ...conversationOf(plan),
    name,
    agent,
    task: plan.task.name,
    thread: threadName(plan.task.name),
    cwd: plan.cwd,
    ...(plan.run === undefined ? {} : { run: plan.run }),
    ...accountIn(context, plan),
    command,
    ...(tap === undefined ? {} : { tap }),
    ...nextTap(wantsTap(context, { agent, command, tap }, terminal.kind)),
    terminal: terminal.kind,
    stage: 'intent',
    launchedAt: new Date().toISOString(),
    typedTask: plan.taskBy === 'typed' ? 'pending' : 'none',
    reported: [],
    seenThrough: 0,
  }
  store.prepare()
  store.save(record)
  // What gets no task from us is a command, which few will write to; its mailbox is made when it is used.
  if (plan.taskBy !== 'none') makeMailbox(context.comms, record, context.log)
  const argv = [...plan.command, ...conversationArguments(plan, record), ...handOver(store, record, plan)]
  writeLaunchFiles(store, record, argv, plan.env, context.tapCommand)
  writeTapKey(store, record)
  return new Session(context, record)
}

/** The account on which the program of a plan will work. */
export function accountIn(
  { profiles }: Pick<SessionContext, 'profiles'>,
  { agent, command, env }: Pick<LaunchPlan, 'agent' | 'command' | 'env'>,
): { account?: Account } {
  const account = accountOf(profileOf(profiles, { agent, command }).profile, env)
  return account === undefined ? {} : { account }
}

/** Has the terminal open the session, and begins to watch it. */
export async function openSession(
  context: SessionContext,
  session: Session,
  terminal: Terminal,
  layout: LaunchPlan['layout'],
  beside: readonly string[],
): Promise<string> {
  const { id, name, cwd } = session.record
  const script = context.store.scriptPath(id)
  const terminalSession = await terminal.open({ script, cwd, name, placement: { layout, beside } })
  session.update({ terminalSession, stage: 'opened' })
  session.setState({ state: 'starting', reason: 'the program was started', source: 'launch', evidence: '' })
  session.watch(terminal)
  return terminalSession
}

/**
 * Waits until it is known that none of the programs died at once.
 *
 * @throws {OrchError} `launch-failed` with the last screen of the first that did.
 */
export async function assertAlive(sessions: readonly Session[]): Promise<void> {
  const deadline = Date.now() + earlyDeathMs
  while (Date.now() < deadline && sessions.some((session) => !session.record.exit)) {
    await delay(50)
  }
  await Promise.all(sessions.map((session) => session.checkEnded()))
  const dead = sessions.filter(({ record }) => record.exit && record.exit.code !== 0)
  const [first] = dead
  if (!first) return
  const screen = first.lastLines()
  const shown = screen.length === 0 ? ' It printed nothing.' : ` Its last screen:\n${screen.join('\n')}`
  throw new OrchError(
    'launch-failed',
    `"${first.record.command.join(' ')}" died at once (${first.record.exit?.reason}).${shown}`,
    {
      hint: 'Run the program by hand in the same directory to see what it needs.',
      details: { screen, sessions: dead.map((session) => session.id) },
    },
  )
}

function chooseProfile(
  order: LaunchOrder,
  settings: LaunchSettings,
  task: Task,
): { agent: string; profile: AgentStart } {
  if (order.command) {
    const [program = ''] = order.command
    const agent = order.agent ?? program.split('/').at(-1) ?? program
    return { agent, profile: AgentStart.parse({ command: order.command, task: 'none' }) }
  }
  const agent = order.agent ?? task.agent ?? settings.agent ?? defaultAgent
  const profile = Object.hasOwn(settings.agents, agent) ? settings.agents[agent] : undefined
  if (profile) return { agent, profile }
  throw new OrchError('agent-unknown', `There is no agent "${agent}".`, {
    hint: `Known: ${Object.keys(settings.agents).join(', ')}. Add it to config.yaml, or give the command after --.`,
    details: { known: Object.keys(settings.agents) },
  })
}

/** The conversation's id is on the disk before the agent has it. */
function conversationOf(
  plan: LaunchPlan,
): Pick<SessionRecord, 'conversation' | 'givenConversation' | 'resume'> {
  const resume = plan.resume.length === 0 ? {} : { resume: [...plan.resume] }
  if (plan.conversation.length === 0) return resume
  const conversation = newUuid().toLowerCase()
  return { ...resume, conversation, givenConversation: conversation }
}

function conversationArguments(plan: LaunchPlan, { conversation }: SessionRecord): string[] {
  return conversation === undefined ? [] : withId(plan.conversation, conversation)
}

function namesFor(name: string, count: number, given: boolean, taken: readonly string[]): string[] {
  const used = new Set(taken)
  if (given && count === 1) {
    if (!used.has(name)) return [name]
    throw new OrchError('usage', `There is already a session named "${name}".`, {
      hint: 'Choose another --name, or close the other session first.',
    })
  }
  const names: string[] = []
  for (let number = 1; names.length < count; number++) {
    const candidate = number === 1 && count === 1 ? name : `${name}-${number}`
    if (!used.has(candidate)) names.push(candidate)
  }
  return names
}

function assertDirectory(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return
  throw new OrchError('usage', `There is no directory ${path}.`, { hint: 'Give an existing one with --cwd.' })
}

/** An orchestrator that launches a session is the first to be asked about it. */
function orchestratorIn(env: Readonly<Record<string, string>>): Pick<SessionRecord, 'orchestrator'> {
  const mailbox = mailboxOfSender(env['ITERM_ORCH_MAILBOX'] ?? '')
  return mailbox !== undefined && isOrchestrator(mailbox) ? { orchestrator: mailbox } : {}
}
