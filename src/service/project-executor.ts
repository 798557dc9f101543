/** Puts the executor of projects together with what the service has. */
import type { ProfileStore } from '../agents/profile-store.ts'
import { type Escalation, takenAnswer, wantsSecret } from '../escalation/escalation.ts'
import type { Escalations } from '../escalation/escalations.ts'
import type { Home } from '../lib/home.ts'
import { createExecutor } from '../projects/execute/create-executor.ts'
import type { EscalationNote } from '../projects/execute/executor-options.ts'
import type { Executor } from '../projects/run/executor.ts'
import type { Config } from './config.ts'
import { ownCommand } from './own-command.ts'

export interface ExecutorParts {
  home: Home
  profiles: ProfileStore
  escalations: Pick<Escalations, 'since'>
  /** Program and arguments of `iterm-orch`: agents without a terminal ask by it. */
  own?: readonly string[]
  /** As it is now. */
  config(): Config
  /** Of the service, without what belongs to the session that it was started from. */
  environment: NodeJS.ProcessEnv
}

export function makeExecutor(parts: ExecutorParts): Executor {
  const { home, profiles, escalations, config, environment, own = ownCommand() } = parts
  return createExecutor({
    ...{ home, config, own },
    profiles: () => profiles.profiles,
    environment: () => environment,
    escalations: ({ session, run, since }) =>
      escalations
        .since(Date.parse(since))
        .filter(({ openedAt, ...each }) => openedAt >= since && asks(each, session ?? run))
        .map(noteOf),
  })
}

function asks({ session, name }: Pick<Escalation, 'session' | 'name'>, who: string): boolean {
  return session === who || name === who
}

function noteOf(escalation: Escalation): EscalationNote {
  const { id, kind, text, outcome, noticedAt, closedAt } = escalation
  const answer = takenAnswer(escalation)
  const { choice } = answer ?? {}
  const said = answer?.chosen ?? choice?.text ?? choice?.choice ?? choice?.options?.join(', ')
  return {
    ...{ id, kind, text },
    outcome: outcome ?? 'open',
    answer: wantsSecret(escalation) ? null : (said ?? null),
    from: answer?.from ?? null,
    asked_at: noticedAt,
    closed_at: closedAt ?? null,
  }
}
