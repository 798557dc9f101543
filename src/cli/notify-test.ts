/** notify test: whether people can be told, and if not, why. */
import type { Command } from 'commander'
import type { Notice } from '../escalation/notifiers/notice.ts'
import type { Told } from '../escalation/notifiers/notifier.ts'
import type { NotifierConfig } from '../escalation/notifiers/notifier-config.ts'
import { ExitCode, OrchError } from '../lib/errors.ts'
import type { CliContext } from './context.ts'
import { addExamples } from './examples.ts'

export function addNotifyTest(notify: Command, context: CliContext): void {
  const command = notify
    .command('test')
    .description('Sends a test notice through every notifier of config.yaml, and tells what became of it.')
    .summary('test the notifiers')
    .option('--notifier <notifier>', 'only this one')
    .action(async (options: { notifier?: string }) => {
      const results = await tellAll(context, options.notifier)
      if (results.some(({ ok }) => !ok)) context.exitCode = ExitCode.failed
      if (context.out.json) context.out.result({ results })
      else for (const result of results) context.out.line(lineOf(result, context))
    })
  addExamples(command, [
    ['iterm-orch notify test', 'all notifiers, one after the other'],
    ['iterm-orch notify test --notifier phone --json', 'only the one called phone'],
  ])
}

type Result = Told & { type: NotifierConfig['type'] }

async function tellAll({ home }: CliContext, only: string | undefined): Promise<Result[]> {
  const [{ loadConfig }, { createNotifier }, { tell }] = await Promise.all([
    import('../service/config.ts'),
    import('../escalation/notifiers/create-notifier.ts'),
    import('../escalation/notifiers/notifier.ts'),
  ])
  const { notifiers, base } = loadConfig(home)
  const chosen = chosenOf(notifiers, only)
  const deps = { env: process.env, platform: process.platform, base }
  const { signal } = new AbortController()
  const results: Result[] = []
  for (const config of chosen) {
    results.push({ ...(await tell(createNotifier(config, deps), testNotice(), signal)), type: config.type })
  }
  return results
}

function chosenOf(notifiers: readonly NotifierConfig[], only: string | undefined): readonly NotifierConfig[] {
  const names = notifiers.map(({ name }) => name).join(', ')
  if (only === undefined) {
    if (notifiers.length > 0) return notifiers
    const hint = 'Add one under `notifiers:`; docs/notifiers.md describes them.'
    throw new OrchError('invalid-config', 'config.yaml has an empty list of notifiers.', { hint })
  }
  const found = notifiers.filter(({ name }) => name === only)
  if (found.length > 0) return found
  throw new OrchError('usage', `There is no notifier called ${only}.`, {
    hint: `There is: ${names || 'none'}.`,
  })
}

function testNotice(): Notice {
  return {
    id: `test-${Date.now().toString(36)}`,
    title: 'iterm-orch: a test',
    body: 'If you can read this, this notifier works.',
    kind: 'test',
    urgency: 'medium',
    agent: '',
    task: '',
    options: [],
    reason: 'iterm-orch notify test',
    commands: [],
    since: new Date().toISOString(),
  }
}

function lineOf(result: Result, { out }: CliContext): string {
  const { notifier, type, ms } = result
  const who = `${notifier} (${type})`
  if (result.ok) return `${out.style.green('sent')}    ${who}, ${ms} ms`
  return `${out.style.red('failed')}  ${who}: ${result.why}`
}
