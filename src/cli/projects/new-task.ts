/** task new: writes a task document. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text as readAll } from 'node:stream/consumers'
import type { Command } from 'commander'
import { OrchError } from '../../lib/errors.ts'
import { splitFrontMatter } from '../../lib/front-matter.ts'
import type { CliContext } from '../context.ts'
import { addExamples } from '../examples.ts'
import { collectSetting } from './project-set.ts'
import { projectOption, theProject } from './projects-of.ts'

interface NewOptions {
  project?: string
  edit?: boolean
  template?: string
  set?: string[]
}

export function addNewTask(parent: Command, context: CliContext): void {
  const command = parent
    .command('new')
    .description(
      'Writes a task document with the right name: task-<description>-YYYYMMDD-HHMMSS.md. Its text is the given one, ' +
        'else the description. It is put into `tasks/` only when it is whole.',
    )
    .summary('write a task document')
    .argument('<description>', 'a few words; the name is made of them')
    .argument('[text]', 'what the agent is given to do; - reads it from standard input')
    .option(...projectOption)
    .option('-t, --template <template>', 'begin with tasks/templates/<template>.md')
    .option('-s, --set <key=value>', 'a setting of it, such as retries=2; repeatable', collectSetting)
    .option('-e, --edit', 'open it in $VISUAL or $EDITOR first, with the settings that there are')
    .action(async (description: string, text: string | undefined, options: NewOptions) => {
      const project = await theProject(context, options.project)
      const { newDocument } = await import('../../projects/new-document.ts')
      const given = text === '-' ? await readAll(process.stdin) : (text ?? description)
      const whole = await filled(project.path, description, given, options)
      const document = withSettings(whole, options.set ?? [])
      const path = newDocument(project.path, description, options.edit ? await edited(document) : document)
      if (context.out.json) context.out.result({ path, project: project.name })
      else context.out.line(`Written: ${path}`)
    })
  addExamples(command, [
    ['iterm-orch task new "fix the login"', 'the description is all that the agent needs'],
    ['iterm-orch task new "fix the login" --set agent=codex --set retries=2', 'by whom, and how often'],
    ['iterm-orch task new "fix the login" --edit -p shop', 'write more, for another project'],
    ['iterm-orch task new "read the logs" - < prompt.md', 'the text of a file'],
    ['iterm-orch task new "review 1.4" --template review', 'tasks/templates/review.md with it filled in'],
  ])
}

/** Below those that the text has already; whether they may stand there is checked with the document. */
function withSettings(text: string, settings: readonly string[]): string {
  if (settings.length === 0) return text
  const lines = settings.map(asYaml)
  const { yaml, body } = splitFrontMatter(text)
  return ['---', ...(yaml === undefined || yaml === '' ? [] : [yaml]), ...lines, '---', body].join('\n')
}

/** As it would be written there; a prompt as the text that it is, whatever its braces and colons mean in YAML. */
function asYaml(setting: string): string {
  const [, prompt] = /^prompt=(.*)$/su.exec(setting) ?? []
  return prompt === undefined ? setting.replace('=', ': ') : `prompt: ${JSON.stringify(prompt)}`
}

/** With the settings of the template, or in an editor with all that may be taken into use. */
async function filled(
  project: string,
  description: string,
  text: string,
  { template, edit }: NewOptions,
): Promise<string> {
  if (template !== undefined) {
    const { fillTemplate } = await import('../../projects/templates.ts')
    return fillTemplate(project, template, description, text)
  }
  const { settingsToEdit } = await import('../../projects/example-document.ts')
  return edit && !text.startsWith('---') ? `${settingsToEdit}${text}` : text
}

/** Not in `tasks/`: what somebody still writes is no task yet. */
async function edited(text: string): Promise<string> {
  const { spawnSync } = await import('node:child_process')
  const directory = mkdtempSync(join(tmpdir(), 'iterm-orch-'))
  const path = join(directory, 'task.md')
  try {
    writeFileSync(path, `${text}\n`, { mode: 0o600 })
    const editor = process.env['VISUAL'] || process.env['EDITOR'] || 'vi'
    // The variable may hold arguments: a shell takes it apart, and gets the path as an argument of its own.
    const { status, error } = spawnSync('sh', ['-c', `${editor} "$1"`, 'sh', path], { stdio: 'inherit' })
    if (error || status !== 0) {
      throw new OrchError(
        'failed',
        `Nothing was written: ${editor} ${error?.message ?? 'did not end well'}.`,
        {
          hint: 'Say which editor you use in EDITOR.',
        },
      )
    }
    return readFileSync(path, 'utf8')
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}
