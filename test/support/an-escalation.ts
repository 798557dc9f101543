import { Escalation } from '../../src/escalation/escalation.ts'

export function iso(ms: number): string {
  return new Date(ms).toISOString()
}

/** An open escalation of noon on 2 March 2026, with what a test needs to be otherwise. */
export function anEscalation(changes: Partial<Escalation> = {}): Escalation {
  const at = '2026-03-02T12:00:00.000Z'
  const ladder = changes.ladder ?? ['desktop', 'human']
  return Escalation.parse({
    ...{ version: 1, id: '0mm1abcde00012345678', session: '4F2A', name: 'reviewer', agent: 'claude' },
    ...{ task: 'tidy', thread: 'tidy', cwd: '/work', mailbox: 'claude_cli_reviewer_4F2A' },
    ...{ kind: 'question', text: 'Which?', screen: [], urgency: 'high', noticedAt: at, openedAt: at },
    ...{ ladder, level: ladder[0], levelSince: at, told: [], raises: [], answers: [], deliveries: [] },
    ...changes,
  })
}
