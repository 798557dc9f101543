import { namesOfSecrets } from '../lib/redact/secret-values.ts'

/**
 * Variables that only the steps of a run get, not its own process: `NODE_OPTIONS` or `PATH` of a project must not
 * change that. They come in one variable, and so are written down nowhere.
 */
const carrier = 'ITERM_ORCH_STEP_ENVIRONMENT'

/** What to add to the environment of a run's process. */
export function stepEnvironment(variables: Readonly<Record<string, string>>): Record<string, string> {
  return { [carrier]: JSON.stringify({ ...variables, ...namesOfSecrets(variables) }) }
}

/** Takes them out of the environment of this process. */
export function takeStepEnvironment(env: NodeJS.ProcessEnv): Record<string, string> {
  const { [carrier]: carried } = env
  delete env[carrier]
  const variables: Record<string, string> = carried === undefined ? {} : JSON.parse(carried)
  return variables
}
