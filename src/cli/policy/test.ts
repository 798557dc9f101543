import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { ExitCode, errorMessage, OrchError } from '../../lib/errors.ts'
import type { CliContext } from '../context.ts'
import { addExamples } from '../examples.ts'
import { policiesHere } from './policies-here.ts'

export function addPolicyTest(parent: Command, context: CliContext): void {
  const command = parent
    .command('test')
    .description(
      'Tries the rules that hold here on cases, and says where they decide otherwise than expected. Nothing is ' +
        'answered. Exit code 0 when all are as expected, else 1.',
    )
    .summary('try the rules on cases')
    .argument('<file>', 'YAML with the cases; docs/policy.md describes it')
    .action(async (file: string) => {
      const { tryCase } = await import('../../escalation/policy/policy-cases.ts')
      const cases = await readCases(file)
      const { policies, place } = await policiesHere(context)
      const now = new Date()
      const results = cases.map((each) => tryCase(each, policies, place, now))
      const failed = results.filter(({ passed }) => !passed)
      if (failed.length > 0) context.exitCode = ExitCode.failed
      if (context.out.json) {
        context.out.result({ passed: results.length - failed.length, failed: failed.length, cases: results })
        return
      }
      for (const { name, problem, decision } of failed)
        context.out.line(`${name}: ${problem}; ${decision.reason}`)
      context.out.line(`${results.length - failed.length} of ${results.length} as expected`)
    })
  addExamples(command, [['iterm-orch policy test cases.yaml', 'what the rules do with these cases']])
}

async function readCases(file: string) {
  const [{ PolicyCases }, { parse }, { z }] = await Promise.all([
    import('../../escalation/policy/policy-cases.ts'),
    import('yaml'),
    import('zod'),
  ])
  let content: unknown
  try {
    content = parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new OrchError('usage', `The cases cannot be read: ${errorMessage(error)}`, {
      hint: 'docs/policy.md shows a file of cases.',
      cause: error,
    })
  }
  const parsed = PolicyCases.safeParse(content)
  if (parsed.success) return parsed.data.cases
  throw new OrchError('usage', `${file} is not valid:\n${z.prettifyError(parsed.error)}`, {
    hint: 'docs/policy.md shows a file of cases.',
  })
}
