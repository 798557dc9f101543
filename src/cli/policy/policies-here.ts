/** The rules that hold for a session in the current directory. */
import { homedir } from 'node:os'
import type { Policies } from '../../escalation/policy/evaluate-policy.ts'
import type { Place } from '../../escalation/policy/paths/place.ts'
import type { PolicyProblem } from '../../escalation/policy/policy-file.ts'
import type { CliContext } from '../context.ts'

export async function policiesHere(
  context: CliContext,
): Promise<{ policies: Policies; found: PolicyProblem[]; place: Place }> {
  const [{ loadPolicies }, { placeOf }] = await Promise.all([
    import('../../escalation/policy/policy-file.ts'),
    import('../../escalation/policy/paths/place.ts'),
  ])
  const place = placeOf(process.cwd(), process.env['HOME'] || homedir())
  const { found, ...policies } = loadPolicies(context.home.config, place.directory, place.home)
  return { policies, found, place }
}
