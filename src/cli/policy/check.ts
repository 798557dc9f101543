import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import type { PolicyProblem } from '../../escalation/policy/policy-file.ts'
import type { Policy } from '../../escalation/policy/policy-schema.ts'
import { ExitCode, errorMessage, OrchError } from '../../lib/errors.ts'
import type { CliContext } from '../context.ts'
import { addExamples } from '../examples.ts'
import { policiesHere } from './policies-here.ts'

export function addPolicyCheck(parent: Command, context: CliContext): void {
  const command = parent
    .command('check')
    .description(
      'Says whether the rules are valid, with the place of every mistake: those of a file, or the ones that ' +
        'hold here (config.yaml, and .iterm-orch/policy.yaml of this directory and those above it).',
    )
    .summary('find mistakes in the rules')
    .argument('[file]', 'a config.yaml, or a policy.yaml of a project')
    .action(async (file: string | undefined) => {
      const { policies, problems } = file === undefined ? await checkHere(context) : await checkFile(file)
      if (problems.length > 0) context.exitCode = ExitCode.usage
      if (context.out.json)
        context.out.result({ valid: problems.length === 0, files: policies.map(summary), problems })
      else tell(policies, problems, context)
    })
  addExamples(command, [
    ['iterm-orch policy check', 'the rules that hold in this directory'],
    ['iterm-orch policy check .iterm-orch/policy.yaml', 'the rules of one file'],
  ])
}

interface Checked {
  policies: Policy[]
  problems: PolicyProblem[]
}

async function checkHere(context: CliContext): Promise<Checked> {
  const { policies, found } = await policiesHere(context)
  const { user, projects } = policies
  const all = [...(user ? [user] : []), ...projects].filter(({ rules }) => rules.length > 0)
  return { policies: all, problems: found }
}

async function checkFile(file: string): Promise<Checked> {
  const { readPolicy } = await import('../../escalation/policy/policy-file.ts')
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw new OrchError('usage', `The rules cannot be read: ${errorMessage(error)}`, {
      hint: 'Give a config.yaml or a policy.yaml, or no file for those that hold here.',
      cause: error,
    })
  }
  // In config.yaml the rules stand below `policy:`, in a project's file at the top.
  const { policy, problems } = readPolicy(text, file, /^policy:/mu.test(text) ? 'user' : 'project')
  return { policies: policy ? [policy] : [], problems }
}

function summary({ file, rules }: Policy): { file: string; rules: number } {
  return { file, rules: rules.length }
}

function tell(policies: readonly Policy[], problems: readonly PolicyProblem[], { out }: CliContext): void {
  for (const { file, line, column, field, message } of problems) {
    out.line(`${file}:${line}:${column}: ${field === '' ? '' : `${field}: `}${message}`)
  }
  for (const { file, rules } of policies)
    out.line(`${file}: ${rules.length} ${rules.length === 1 ? 'rule' : 'rules'}, valid`)
  if (policies.length === 0 && problems.length === 0)
    out.line('There are no rules: nothing is answered by itself.')
}
