import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Command } from 'commander'
import { ExitCode, errorMessage, OrchError } from '../lib/errors.ts'
import type { CliContext } from './context.ts'
import { addExamples } from './examples.ts'

/** Everything is a comment: a fresh file changes nothing. */
const template = `# yaml-language-server: $schema=./config.schema.json
# The configuration of iterm-orch. Everything is optional.

# iterm2, host or auto
# terminal: auto

# The agent of a launch that names none.
# agent: claude

# tasks:
#   tidy:
#     prompt: Tidy up the logs of the last week.
#     cwd: ~/project

# After how many minutes a session counts as stuck.
# stuck:
#   waiting: 30
`

export function addConfig(program: Command, context: CliContext): void {
  const group = program
    .command('config')
    .helpCommand(false)
    .description('Looks after config.yaml. None of these commands needs or starts the service.')
    .summary('look after config.yaml: check, schema, init')
  addExamples(group, [
    ['iterm-orch config init', 'writes a file to begin with, and its schema for editors'],
    ['iterm-orch config check', 'says what is wrong, with line and column'],
  ])
  addCheck(group, context)
  addSchema(group, context)
  addInit(group, context)
}

function addCheck(group: Command, context: CliContext): void {
  const command = group
    .command('check')
    .description('Checks config.yaml, or another file of its form. Exit code 2 when something is wrong.')
    .argument('[file]', 'default: config.yaml of the home')
    .action(async (given?: string) => {
      const [{ checkConfig }, { yamlProblemText }] = await Promise.all([
        import('../service/check-config.ts'),
        import('../lib/read-yaml.ts'),
      ])
      const file = given ?? context.home.config
      const problems = checkConfig(given === undefined && !existsSync(file) ? '' : readConfig(file))
      if (problems.length > 0) context.exitCode = ExitCode.usage
      if (context.out.json) context.out.result({ file, valid: problems.length === 0, problems })
      else if (problems.length === 0) context.out.line(`${file} is valid.`)
      else for (const problem of problems) context.out.line(yamlProblemText(file, problem))
    })
  addExamples(command, [['iterm-orch config check', 'file:line:column: field: what is wrong']])
}

function addSchema(group: Command, context: CliContext): void {
  const command = group
    .command('schema')
    .description('Prints the JSON Schema of config.yaml, for editors that complete and check.')
    .action(async () => {
      const { configSchema } = await import('../service/check-config.ts')
      context.out.result(configSchema())
    })
  addExamples(command, [['iterm-orch config schema > config.schema.json', 'for an editor']])
}

function addInit(group: Command, context: CliContext): void {
  const command = group
    .command('init')
    .description('Writes a config.yaml in which everything is a comment, and config.schema.json beside it.')
    .action(async () => {
      const { configSchema } = await import('../service/check-config.ts')
      const { config } = context.home
      const schema = join(dirname(config), 'config.schema.json')
      mkdirSync(dirname(config), { recursive: true, mode: 0o700 })
      writeNew(config)
      writeFileSync(schema, `${JSON.stringify(configSchema(), null, 2)}\n`, { mode: 0o600 })
      if (context.out.json) context.out.result({ config, schema })
      else context.out.line(`Written: ${config}\nWritten: ${schema}`)
    })
  addExamples(command, [['iterm-orch config init', 'an existing config.yaml is never touched']])
}

function readConfig(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new OrchError('usage', `${file} cannot be read: ${errorMessage(error)}`, {
      hint: 'Give an existing file, or none for config.yaml of the home.',
      cause: error,
    })
  }
}

function writeNew(path: string): void {
  try {
    writeFileSync(path, template, { mode: 0o600, flag: 'wx' })
  } catch (error) {
    if (!existsSync(path)) throw error
    throw new OrchError('usage', `${path} is there already; nothing was written.`, {
      hint: 'Look at it with `iterm-orch config check`.',
      cause: error,
    })
  }
}
