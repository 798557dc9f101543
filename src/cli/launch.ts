import { resolve } from 'node:path'
import { type Command, Option } from 'commander'
import type { BriefRole } from '../coordination/brief.ts'
import { OrchError } from '../lib/errors.ts'
import { shownText } from '../lib/shown-text.ts'
import type { LaunchRequest, SessionInfo } from '../service/api.ts'
import type { ServiceClient } from '../service/client.ts'
import type { CliContext } from './context.ts'
import { addExamples } from './examples.ts'
import { ownEnvironment } from './own-environment.ts'
import { wholeNumber } from './parse-number.ts'
import { shortId, styledState } from './session-text.ts'

interface LaunchOptions {
  agent?: string
  name?: string
  cwd?: string
  layout: LaunchRequest['layout']
  count: number
  trust?: boolean
  tap?: boolean
  resume?: string
  force?: boolean
  /** False with --no-brief. */
  brief?: BriefRole | false
}

export function addLaunch(program: Command, context: CliContext): void {
  const command = program
    .command('launch')
    .description(
      'Opens a session, starts an agent in it and gives it the task. The task is a .md file, the name of a task of ' +
        'the project’s iterm-orch.yaml or of config.yaml (see `iterm-orch list`), or the prompt itself. What stands after `--` is a command to run in place of an agent, ' +
        'or, with --agent, arguments for the agent. Waits until a known agent is ready; one that asks ' +
        'something first (a login, a theme) is shown as waiting, and gets a typed task when that is answered.',
    )
    .summary('open sessions and give agents a task')
    .argument('[task]', 'a .md file, the name of a task, or the prompt itself')
    .argument('[arguments...]', 'after `--`: a command, or arguments for the agent')
    .usage('<task> [options] [-- command | -- arguments]\n       iterm-orch launch --resume <session>')
    .option('-a, --agent <agent>', 'agent to start (see `iterm-orch doctor` for those found)')
    .option('-n, --name <name>', 'name of the session; numbered when there are several')
    .option('-C, --cwd <directory>', 'where the agent works (default: here)')
    .addOption(
      new Option('-l, --layout <layout>', 'where sessions open')
        .choices(['tabs', 'panes', 'windows'])
        .default('tabs'),
    )
    .option('-c, --count <number>', 'how many sessions get the task', wholeNumber(1, 100), 1)
    .option('--trust', 'say yes when the agent asks whether it may trust this directory')
    .addOption(
      new Option(
        '--brief <role>',
        'operating instructions that the agent gets (default: worker; see `iterm-orch brief`)',
      ).choices(['worker', 'orchestrator']),
    )
    .option('--no-brief', 'only the task, without operating instructions')
    .option('--tap', 'put the tap between terminal and program, so that what it reports is heard')
    .option(
      '--no-tap',
      'do without it (default: in iTerm2, for agents whose profile has it; with --resume: as before)',
    )
    .option('-r, --resume <session>', 'start the agent of an ended session again, in its conversation')
    .option('-f, --force', 'also while the account is at its limit, or logged out (see `iterm-orch limits`)')
    .action(async (task: string, _rest: string[], options: LaunchOptions, self: Command) => {
      if (options.resume !== undefined) return resume(options.resume, options, self, context)
      const passedThrough = afterDashes(self, context)
      const request = {
        task,
        ...(options.agent !== undefined && { agent: options.agent }),
        ...(options.name !== undefined && { name: options.name }),
        ...(options.agent === undefined && passedThrough.length > 0
          ? { command: passedThrough }
          : { args: passedThrough }),
        cwd: resolve(options.cwd ?? '.'),
        layout: options.layout,
        count: options.count,
        env: ownEnvironment(),
        trust: options.trust ?? false,
        ...(options.brief !== undefined && { brief: options.brief || ('none' as const) }),
        ...(options.tap !== undefined && { tap: options.tap }),
        ...(options.force && { force: true }),
      }
      const service = await context.service()
      const notices: string[] = []
      const sessions = await withProgress(service, options.count, context, () =>
        service.launch(request, (text) => notices.push(text)),
      )
      const [notice] = notices
      if (context.out.json) context.out.result({ sessions, ...(notice !== undefined && { notice }) })
      else showLaunched(sessions, context)
      if (!context.out.json && notice !== undefined) context.out.note(notice)
    })
  addExamples(command, [
    ['iterm-orch launch fix-login.md --agent claude', 'gives the task in the file to Claude Code'],
    ['iterm-orch launch "review the open pull requests" --agent codex --name reviewer', 'gives a prompt'],
    ['iterm-orch launch bench.md --agent claude --count 3 --layout panes', 'opens three, side by side'],
    ['iterm-orch launch audit.md --agent claude --brief orchestrator', 'tells it how to lead others'],
    ['iterm-orch launch --resume fix-login', 'goes on in the conversation of an agent that ended'],
    ['iterm-orch launch tests -- npm test', 'runs any command and watches it; the task is only its name'],
  ])
}

async function resume(
  reference: string,
  { tap, force }: LaunchOptions,
  self: Command,
  context: CliContext,
): Promise<void> {
  if (self.args.length > 0) {
    throw new OrchError('usage', 'With --resume there is no task: the conversation has one.', {
      hint: 'Give the agent more to do with `iterm-orch inject`.',
    })
  }
  const session = await (await context.service()).resume(reference, ownEnvironment(), { tap, force })
  if (context.out.json) context.out.result({ sessions: [session] })
  else showLaunched([session], context)
}

/** @throws {OrchError} `usage` when words stand before `--` that nobody asked for. */
function afterDashes(self: Command, context: CliContext): string[] {
  const passedThrough = [...(context.passedThrough ?? [])]
  const before = self.args.length - passedThrough.length
  if (before === 1) return passedThrough
  if (before < 1) {
    throw new OrchError('usage', 'The task is missing: it stands before `--`.', {
      hint: 'For example: iterm-orch launch tests -- npm test',
    })
  }
  throw new OrchError('usage', `There are ${before} words where one task is expected.`, {
    hint: 'Put the task in quotes, and a command or arguments for the agent after `--`.',
  })
}

/** Counts on the terminal how many sessions have been opened, while a launch of several goes on. */
async function withProgress(
  service: ServiceClient,
  count: number,
  context: CliContext,
  launch: () => Promise<SessionInfo[]>,
): Promise<SessionInfo[]> {
  if (count === 1) return launch()
  const done = new AbortController()
  const counting = countLaunched(service, count, context, done.signal)
  try {
    return await launch()
  } finally {
    done.abort()
    await counting
    context.out.progress('')
  }
}

async function countLaunched(
  service: ServiceClient,
  count: number,
  context: CliContext,
  signal: AbortSignal,
): Promise<void> {
  let opened = 0
  context.out.progress(`opening ${count} sessions …`)
  try {
    for await (const event of service.events({ signal })) {
      if (event.type === 'launched') context.out.progress(`opened ${++opened} of ${count} sessions …`)
    }
  } catch {
    // Progress is an extra: the launch itself reports what went wrong.
  }
}

function showLaunched(sessions: readonly SessionInfo[], { out }: CliContext): void {
  const { bold, faint } = out.style
  out.line(sessions.length === 1 ? 'Opened a session:' : `Opened ${sessions.length} sessions:`)
  for (const session of sessions) {
    const { name, agent, task } = session
    const about = shownText(task === name ? agent : `${agent}: ${task}`)
    out.line(
      `  ${bold(shortId(session))}  ${shownText(name)}  ${styledState(session.state, out.style)}  ${faint(about)}`,
    )
  }
  const [first] = sessions
  if (!first || !out.interactive) return
  const id = shortId(first)
  out.line(faint(`Next: iterm-orch watch · iterm-orch ps · iterm-orch attach ${id} · iterm-orch read ${id}`))
}
