/** A project on disk with ways out of it, and questions about it. */
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import {
  type Decision,
  evaluatePolicy,
  type Policies,
} from '../../../src/escalation/policy/evaluate-policy.ts'
import { placeOf } from '../../../src/escalation/policy/paths/place.ts'
import { readPolicy } from '../../../src/escalation/policy/policy-file.ts'
import type { PolicyQuestion } from '../../../src/escalation/policy/policy-question.ts'
import type { Policy } from '../../../src/escalation/policy/policy-schema.ts'

export const fixtures = fileURLToPath(new URL('../../fixtures/policy/', import.meta.url))
/** Saturday, 12:00 UTC. */
export const noon = new Date('2026-11-21T12:00:00Z')

export const home = realpathSync(mkdtempSync(join(tmpdir(), 'policy-')))
export const directory = join(home, 'shop')
export const place = placeOf(directory, home)

mkdirSync(join(directory, 'src'), { recursive: true })
mkdirSync(join(home, 'other'))
writeFileSync(join(directory, 'src/app.ts'), '')
writeFileSync(join(directory, '.env'), 'KEY=1')
symlinkSync('/etc', join(directory, 'way-out'))
symlinkSync('.env', join(directory, 'innocent.txt'))
symlinkSync('/nowhere/at/all', join(directory, 'dangling'))

export const options = [
  { number: 1, label: 'Yes', meaning: 'approve' },
  { number: 2, label: "Yes, and don't ask again for this command", meaning: 'always' },
  { number: 3, label: 'No', meaning: 'deny' },
]

export function question(change: Partial<PolicyQuestion> = {}): PolicyQuestion {
  return {
    reported: true,
    ...{ agent: 'claude', kind: 'permission', promptKind: 'permission', paths: [], incomplete: [], options },
    ...{ text: 'Do you want to proceed?', directory, home, task: 'tidy', session: 'S1' },
    ...change,
  }
}

export function command(text: string): PolicyQuestion {
  return question({ tool: 'shell', command: text })
}

/** @throws when it has a problem */
export function policy(yaml: string, origin: 'user' | 'project' = 'user'): Policy {
  const file =
    origin === 'user' ? '/home/dev/.iterm-orch/config.yaml' : '/home/dev/shop/.iterm-orch/policy.yaml'
  const read = readPolicy(yaml, file, origin)
  if (!read.policy) throw new Error(JSON.stringify(read.problems))
  return read.policy
}

export function decide(
  asked: PolicyQuestion,
  user: Policy | undefined,
  projects: readonly Policy[] = [],
  rest: Partial<Policies> & { used?: Parameters<typeof evaluatePolicy>[2]; now?: Date } = {},
): Decision {
  const { used = new Map(), now = noon, problems = [] } = rest
  return evaluatePolicy(asked, { user, projects, problems }, used, place, now)
}

export const permissive = policy(readFileSync(join(fixtures, 'permissive.yaml'), 'utf8'))

/** Approves whatever is known: only the refusals are left. */
export const everything = policy(`
policy:
  rules:
    - name: everything
      match:
        kind: [permission, question, choice]
        command: '**'
        paths: any
        redirect: inside
        variables: '*'
        host: '*'
      action: approve
`)

export interface Case {
  command?: string
  refused?: string
  tool?: PolicyQuestion['tool']
  promptKind?: string
  files?: string[]
  url?: string
}

export function readCases(name: string): { commands: (Case | string)[]; tools: Case[] } {
  return parse(readFileSync(join(fixtures, name), 'utf8'))
}

export function questionOf({ tool, files = [], url, promptKind }: Case): PolicyQuestion {
  return question({
    ...(tool && { tool }),
    paths: files,
    ...(url !== undefined && { url }),
    ...(promptKind !== undefined && { promptKind }),
  })
}
