/** Looks whether a daemon is ready, and whether it is still alive. */

import { checkProbe } from './check-probe.ts'
import type { RunContext } from './run-context.ts'
import type { DaemonRules, Probe } from './task.ts'

/**
 * Begins when the last step begins, which is the one that goes on running. Without a `ready` probe the daemon is
 * ready at once; the `alive` probe begins when it is ready.
 *
 * @param fail called when a probe has failed as often as it may
 * @returns ends it
 */
export function watchDaemon(
  context: RunContext,
  rules: DaemonRules,
  fail: (reason: string) => void,
): () => void {
  const ending = new AbortController()
  void watch(context, rules, fail, ending.signal)
  return () => ending.abort()
}

async function watch(
  context: RunContext,
  { ready, alive }: DaemonRules,
  fail: (reason: string) => void,
  until: AbortSignal,
): Promise<void> {
  const { keeper, log } = context
  if (ready) {
    const problem = await repeat(context, ready, 'ready', until)
    if (until.aborted) return
    if (problem !== undefined) return fail(`it did not become ready: ${problem}`)
    log.note('', 'it is ready')
  }
  keeper.change({ readyAt: new Date().toISOString(), probe: undefined })
  if (!alive) return
  const problem = await repeat(context, alive, 'alive', until)
  if (!until.aborted && problem !== undefined) fail(`it is not alive: ${problem}`)
}

/** Until `ready` holds once, or a probe has failed too often in a row: then what the last one said. */
async function repeat(
  context: RunContext,
  probe: Probe,
  kind: 'ready' | 'alive',
  until: AbortSignal,
): Promise<string | undefined> {
  const { clock, keeper, lines } = context
  let seen = false
  const { check } = probe
  // What is printed between two checks counts, too.
  const unwatch =
    check.kind === 'log'
      ? lines.watch(check.pattern, () => {
          seen = true
        })
      : () => {}
  try {
    await clock.sleep(probe.afterMs, until)
    for (let failures = 0; !until.aborted; ) {
      const problem =
        check.kind === 'log' ? lineProblem(seen, check.pattern) : await checkProbe(context, probe, until)
      seen = false
      if (until.aborted) return undefined
      if (problem === undefined && kind === 'ready') return undefined
      failures = problem === undefined ? 0 : failures + 1
      if (keeper.run.probe !== problem) keeper.changeSoon({ probe: problem })
      if (problem !== undefined && failures >= probe.failures) return problem
      await clock.sleep(probe.everyMs, until)
    }
    return undefined
  } finally {
    unwatch()
  }
}

function lineProblem(seen: boolean, pattern: string): string | undefined {
  return seen ? undefined : `no line fitted /${pattern}/`
}
