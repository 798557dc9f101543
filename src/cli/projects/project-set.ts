/** project set: what holds for the documents of a project that do not say it. */
import { type Command, InvalidArgumentError } from 'commander'
import { OrchError } from '../../lib/errors.ts'
import { shownText } from '../../lib/shown-text.ts'
import type { WrittenSettings } from '../../projects/parse-setting.ts'
import type { CliContext } from '../context.ts'
import { addExamples } from '../examples.ts'
import { settingsLines, settingsOf } from './settings-text.ts'

export function addProjectSet(parent: Command, context: CliContext): void {
  const command = parent
    .command('set')
    .description(
      'Says how the documents of a project are worked on that do not say it themselves: agent, model, mode, ' +
        'permissions, timeout, retries, worktree, done, prompt (docs/projects.md). It goes before `projects:` of ' +
        'config.yaml, and counts for everything that is begun from now on.',
    )
    .summary('say how the documents of a project are worked on')
    .argument('<project>', 'name or directory of a project')
    .argument('[setting...]', 'such as agent=codex')
    .option('-u, --unset <setting-name>', 'take this one away; repeatable', collectName)
    .action(async (wanted: string, given: string[], { unset = [] }: { unset?: string[] }) => {
      const [{ changeSettings }, { parseSettings }] = await Promise.all([
        import('../../projects/change-registry.ts'),
        import('../../projects/parse-setting.ts'),
      ])
      if (given.length + unset.length === 0) {
        throw new OrchError('usage', 'Nothing is to be set.', {
          hint: 'Name a setting, `agent=codex`, or take one away with --unset. `project show` shows all.',
        })
      }
      const set = parseSettings(given)
      const project = await changeSettings(context.home, wanted, { set, unset })
      await noteUnknownAgent(set, context)
      const settings = await settingsOf(project, context)
      if (context.out.json) return context.out.result({ project, settings })
      context.out.line(`Set: ${shownText(project.name)}`)
      for (const line of settingsLines(settings, context.out.style)) context.out.line(`  ${line}`)
    })
  addExamples(command, [
    ['iterm-orch project set shop agent=codex timeout=2h', 'another agent, and an end'],
    [`iterm-orch project set shop 'prompt=/task-implementation {text}'`, 'by a skill of the project'],
    ['iterm-orch project set shop --unset agent --unset timeout', 'as config.yaml says again'],
  ])
}

/** `--set key=value` of a command that writes several. */
export function collectSetting(value: string, before: string[] = []): string[] {
  if (/^[a-z]+=/u.test(value)) return [...before, value]
  throw new InvalidArgumentError('It must be a setting and its value, such as retries=2.')
}

/** It may be added later: the setting stands. */
export async function noteUnknownAgent({ agent }: WrittenSettings, { home, out }: CliContext): Promise<void> {
  if (agent === undefined) return
  const [{ loadConfig }, { nearest }] = await Promise.all([
    import('../../service/config.ts'),
    import('../../lib/nearest-word.ts'),
  ])
  let names: string[]
  try {
    names = Object.keys(loadConfig(home, process.env, true).agents)
  } catch {
    // What is wrong there is said by whoever needs it.
    return
  }
  if (names.includes(String(agent))) return
  const near = nearest(String(agent), names)
  const hint = near === undefined ? `There are: ${names.join(', ')}.` : `Did you mean ${near}?`
  out.note(out.errorStyle.yellow(`There is no agent ${shownText(String(agent))} yet. ${shownText(hint)}`))
}

function collectName(value: string, before: string[] = []): string[] {
  return [...before, value]
}
