import type { Notice } from '../../../src/escalation/notifiers/notice.ts'

export function notice(changes: Partial<Notice> = {}): Notice {
  return {
    id: 'mh8x2k1q0000a1b2c3d4',
    title: 'fix-login waits for a permission',
    body: 'Do you want to run `rm -rf build`?',
    kind: 'permission',
    urgency: 'high',
    session: { id: '8F14E45F-CEEA-467F-9575-1B7A1D5A0F3B', name: 'fix-login' },
    agent: 'claude',
    task: 'Fix the login',
    options: [
      { number: 1, label: 'Yes' },
      { number: 2, label: 'No, and tell Claude what to do' },
    ],
    reason: 'nobody below may grant it',
    commands: ['iterm-orch answer mh8x2k1q0000a1b2c3d4 1'],
    since: '2026-11-21T13:40:00.000Z',
    ...changes,
  }
}

export const never = new AbortController().signal
