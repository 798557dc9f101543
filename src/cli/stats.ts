/** stats: what the journal says about blockers, answers and the time between. */
import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { SuggestedRule } from '../analytics/suggest-rules.ts'
import { errorMessage, OrchError } from '../lib/errors.ts'
import type { CliContext } from './context.ts'
import { addExamples } from './examples.ts'

interface StatsOptions {
  since?: number
  by?: 'agent' | 'kind' | 'channel' | 'task' | 'person'
  html?: string
}

export function addStats(program: Command, context: CliContext): void {
  const facets = ['agent', 'kind', 'channel', 'task', 'person']
  const command = program
    .command('stats')
    .description(
      'Says what the journal tells of the blockers: the commonest questions, what costs most time, who answers how fast, and which rules would have answered.',
    )
    .summary('what blocked, how long, who answered')
    .option('--since <when>', 'whole days: 7d, 4w, or from a date: 2026-11-01', parseSince)
    .addOption(new Option('--by <facet>', 'a row for each one').choices(facets))
    .option('--html <file>', 'write a page with charts that stands alone')
    .action(async (options: StatsOptions) => showStats(context, options))
  addExamples(command, [
    ['iterm-orch stats', 'everything that was ever recorded'],
    ['iterm-orch stats --since 7d --by kind', 'the last week, by kind of blocker'],
    ['iterm-orch stats --html stats.html', 'charts, for a browser'],
    [`iterm-orch stats --json | jq -r .policy`, 'suggested rules, as YAML'],
  ])
}

async function showStats({ home, out }: CliContext, { since, by, html }: StatsOptions): Promise<void> {
  const [{ readJournal }, { report }, { rulesAsYaml, suggestRules }] = await Promise.all([
    import('../analytics/read-journal.ts'),
    import('../analytics/report.ts'),
    import('../analytics/suggest-rules.ts'),
  ])
  const { summary, notices } = readJournal(home.events, join(home.state, 'stats.json'))
  for (const notice of notices) out.note(notice)
  const now = Date.now()
  const result = report(summary, now, since)
  const { rules, problems } = await checked(suggestRules(result.questions))
  for (const problem of problems) {
    notices.push(problem)
    out.note(problem)
  }
  const policy = rules.length === 0 ? undefined : rulesAsYaml(rules)
  if (html !== undefined) {
    const { statsPage } = await import('../analytics/html/page.ts')
    writePage(html, statsPage(result, new Date(now).toISOString(), policy))
  }
  if (out.json) {
    out.result({
      ...(by === undefined ? result : { ...result, by: { [by]: result.by[by] } }),
      rules,
      policy,
      notices,
    })
    return
  }
  if (html !== undefined) {
    out.line(`${out.style.green('written')} ${resolve(html)}`)
    return
  }
  const { statsText } = await import('./stats-text.ts')
  for (const line of statsText(result, by, policy, out)) out.line(line)
}

/** Only rules that `iterm-orch policy check` takes: whoever copies one must not break the others by it. */
async function checked(
  suggested: readonly SuggestedRule[],
): Promise<{ rules: SuggestedRule[]; problems: string[] }> {
  const [{ readPolicy }, { rulesAsYaml }] = await Promise.all([
    import('../escalation/policy/policy-file.ts'),
    import('../analytics/suggest-rules.ts'),
  ])
  const rules: SuggestedRule[] = []
  const problems: string[] = []
  for (const rule of suggested) {
    const [problem] = readPolicy(rulesAsYaml([rule]), rule.name, 'user').problems
    if (problem) problems.push(`${rule.name} is left out, as it would not be valid: ${problem.message}`)
    else rules.push(rule)
  }
  return { rules, problems }
}

function writePage(path: string, page: string): void {
  try {
    writeFileSync(path, page, { mode: 0o600 })
  } catch (error) {
    throw new OrchError('failed', `${path} cannot be written: ${errorMessage(error)}`, { cause: error })
  }
}

/** A day in ms. */
const day = 86_400_000

function parseSince(text: string): number {
  const [, count, unit] = /^(\d{1,4})([dw])$/.exec(text) ?? []
  // The days that are counted include the present one.
  if (count !== undefined && Number(count) > 0)
    return Date.now() - (Number(count) * (unit === 'w' ? 7 : 1) - 1) * day
  if (/^\d{4}-\d\d-\d\d$/.test(text)) {
    const at = new Date(`${text}T00:00:00`).getTime()
    if (!Number.isNaN(at)) return at
  }
  throw new InvalidArgumentError('It must be days or weeks, such as 7d or 4w, or a date such as 2026-11-01.')
}
