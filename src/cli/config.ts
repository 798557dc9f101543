import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { Command } from 'commander'
import { ExitCode, OrchError } from '../lib/errors.ts'
import type { CliContext } from './context.ts'
import { addExamples } from './examples.ts'

/** Everything is a comment: a fresh file changes nothing. */
const template = `# yaml-language-server: $schema=./config.schema.json
# The configuration of iterm-orch. Everything is optional.

# iterm2, host or auto
# terminal: auto

# The agent of a launch that names none.
# agent: claude

# What you run again and again; docs/tasks.md describes every key.
# tasks:
#   tidy:
#     prompt: Tidy up the logs of the last week.
#     cwd: ~/project

# After how many minutes a session counts as stuck.
# stuck:
#   waiting: 30
`

/** Everything is a comment here, too. */
const projectTemplate = `# The tasks of this project: see them with \`iterm-orch list\`, run them with \`iterm-orch run <task>\`.

# tasks:
#   build:
#     run: npm run build
#   nightly-audit:
#     type: cron
#     schedule: "0 3 * * 1-5"
#     needs: [build]
#     timeout: 2h
#     steps:
#       - name: audit
#         agent: claude
#         prompt: Audit the dependencies and write findings.json
#         done: file:findings.json
#       - name: report
#         run: node report.mjs
#         if: steps.audit.ok
#   web:
#     type: daemon
#     run: npm start
#     ready: { tcp: 8080 }
`

export function addConfig(program: Command, context: CliContext): void {
  const group = program
    .command('config')
    .helpCommand(false)
    .description(
      'Looks after config.yaml and the iterm-orch.yaml of projects. None of these commands needs or starts the ' +
        'service.',
    )
    .summary('look after config.yaml: check, schema, init')
  addExamples(group, [
    ['iterm-orch config init', 'writes a file to begin with, and its schema for editors'],
    ['iterm-orch config init --project', 'writes an iterm-orch.yaml for the tasks of a project'],
    ['iterm-orch config check', 'says what is wrong, with line and column'],
  ])
  addCheck(group, context)
  addSchema(group, context)
  addInit(group, context)
}

function addCheck(group: Command, context: CliContext): void {
  const command = group
    .command('check')
    .description(
      'Checks config.yaml and the iterm-orch.yaml of the project around here, or another file. Exit code 2 when ' +
        'something is wrong.',
    )
    .argument('[file]', 'default: config.yaml of the home, and the project’s file')
    .option('--tasks', 'the file has the form of iterm-orch.yaml, whatever its name is')
    .action(async (given: string | undefined, options: { tasks?: boolean }) => {
      const { checkFile, filesToCheck } = await import('./check-files.ts')
      const files = filesToCheck(context.home, given, options.tasks ?? false)
      const checked = files.map((file) => checkFile(file, context.home))
      if (checked.some(({ valid }) => !valid)) context.exitCode = ExitCode.usage
      const [first, project] = checked
      if (context.out.json) context.out.result({ ...first, ...(project && { project }) })
      else for (const { lines } of checked) for (const line of lines()) context.out.line(line)
    })
  addExamples(command, [
    ['iterm-orch config check', 'file:line:column: field: what is wrong'],
    ['iterm-orch config check --tasks ci.yaml', 'a file for `run -f`'],
  ])
}

function addSchema(group: Command, context: CliContext): void {
  const command = group
    .command('schema')
    .description('Prints the JSON Schema of config.yaml, for editors that complete and check.')
    .option('--tasks', 'that of iterm-orch.yaml')
    .action(async (options: { tasks?: boolean }) => {
      if (options.tasks) {
        const { taskFileSchema } = await import('../tasks/definition/task-definition.ts')
        context.out.result(taskFileSchema())
        return
      }
      const { configSchema } = await import('../service/check-config.ts')
      context.out.result(configSchema())
    })
  addExamples(command, [
    ['iterm-orch config schema > config.schema.json', 'for an editor'],
    ['iterm-orch config schema --tasks > tasks.schema.json', 'for the iterm-orch.yaml of projects'],
  ])
}

function addInit(group: Command, context: CliContext): void {
  const command = group
    .command('init')
    .description('Writes a config.yaml in which everything is a comment, and config.schema.json beside it.')
    .option('--project', 'write an iterm-orch.yaml here in its place, for the tasks of a project')
    .action(async (options: { project?: boolean }) => {
      if (options.project) {
        const { projectFileName } = await import('../tasks/definition/task-sources.ts')
        const project = resolve(projectFileName)
        writeNew(project, projectTemplate, 0o644)
        if (context.out.json) context.out.result({ project })
        else context.out.line(`Written: ${project}`)
        return
      }
      const { configSchema } = await import('../service/check-config.ts')
      const { config } = context.home
      const schema = join(dirname(config), 'config.schema.json')
      mkdirSync(dirname(config), { recursive: true, mode: 0o700 })
      writeNew(config, template, 0o600)
      writeFileSync(schema, `${JSON.stringify(configSchema(), null, 2)}\n`, { mode: 0o600 })
      if (context.out.json) context.out.result({ config, schema })
      else context.out.line(`Written: ${config}\nWritten: ${schema}`)
    })
  addExamples(command, [
    ['iterm-orch config init', 'an existing config.yaml is never touched'],
    ['iterm-orch config init --project', 'an iterm-orch.yaml with examples in comments'],
  ])
}

function writeNew(path: string, text: string, mode: number): void {
  try {
    writeFileSync(path, text, { mode, flag: 'wx' })
  } catch (error) {
    if (!existsSync(path)) throw error
    throw new OrchError('usage', `${path} is there already; nothing was written.`, {
      hint: 'Look at it with `iterm-orch config check`.',
      cause: error,
    })
  }
}
