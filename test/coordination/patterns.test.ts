import { execFile } from 'node:child_process'
import { lstatSync, mkdtempSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { binary, run } from '../cli/cli.ts'

// The patterns of the founding document, with real processes that have nothing but the commands. Each command
// starts Node, which takes long on a busy machine.
const longest = { timeout: 180_000 }
const examples = fileURLToPath(new URL('../../examples/orchestration/', import.meta.url))

function home() {
  const directory = mkdtempSync(join(tmpdir(), 'pattern-'))
  const env = {
    ...process.env,
    HOME: directory,
    ITERM_ORCH_HOME: join(directory, 'h'),
    ITERM_ORCH: `'${process.execPath}' '${binary}'`.replaceAll("'", ''),
  }
  return { comms: join(directory, 'h', 'comms'), directory, env }
}

const sh = (script: string, env: NodeJS.ProcessEnv) => promisify(execFile)('sh', ['-c', script], { env })

test('pattern 1: a simple task goes to one agent and comes back', longest, async () => {
  const { comms, env } = home()
  const submitted = await run(['coord', 'submit', '-', '--name', 'req_1234', '--to', 'cli'], {
    env,
    input: '# Count',
  })
  expect(submitted).toMatchObject({ code: 0, stdout: 'req_1234\n' })
  const worker = `
    task=$($ITERM_ORCH coord claim --quiet) || exit 1
    $ITERM_ORCH coord progress 1/1 "counted" || exit 1
    echo "There are 3" | $ITERM_ORCH coord complete "$task" || exit 1
    $ITERM_ORCH coord claim --quiet; test $? -eq 6`
  await sh(worker, env)
  const report = join(comms, 'claude_cli', 'coordination', 'completed', 'req_1234', 'req_1234.completion.md')
  expect(readFileSync(report, 'utf8')).toBe('There are 3\n')
  const { tasks, problems } = JSON.parse((await run(['coord', 'doctor', '--json'], { env })).stdout)
  expect({ tasks, problems }).toEqual({ tasks: { completed: 1 }, problems: [] })
})

test('pattern 2: the agent asks on the way, and goes on with the answer', longest, async () => {
  const { comms, env } = home()
  await run(['mail', 'init', 'claude'], { env })
  await run(['coord', 'submit', '-', '--name', 'req_1234'], { env, input: '# Deploy' })
  const worker = `
    export ITERM_ORCH_MAILBOX=claude_cli
    task=$($ITERM_ORCH coord claim --quiet) || exit 1
    answer=$($ITERM_ORCH ask "Need AWS credentials" --type blocker --task "$task" --timeout 60s) || exit 1
    echo "Used: $answer" | $ITERM_ORCH coord complete "$task"`
  const desktop = `
    export ITERM_ORCH_MAILBOX=claude
    id=$($ITERM_ORCH inbox --wait --timeout 60s --json | sed -n 's/^ *"id": *"\\([^"]*\\)".*/\\1/p' | head -n 1)
    $ITERM_ORCH reply "$id" "Here are temporary ones"`
  await Promise.all([sh(worker, env), sh(desktop, env)])
  const report = join(comms, 'claude_cli', 'coordination', 'completed', 'req_1234', 'req_1234.completion.md')
  expect(readFileSync(report, 'utf8')).toBe('Used: Here are temporary ones\n')
  const thread = join(comms, 'claude', 'instant_messaging', 'active', 'req_1234', 'thread.jsonl')
  const types = readFileSync(thread, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).type)
  expect(types).toEqual(['blocker', 'resolution'])
})

test('pattern 3: the security audit, by an orchestrator with four subordinates', longest, async () => {
  const { comms, directory, env } = home()
  await sh(`sh '${join(examples, 'run.sh')}'`, env)
  const [orchestrator = ''] = readdirSync(comms).filter((name) => name.startsWith('claude_cli_orch_'))
  const pid = orchestrator.replace('claude_cli_orch_', '')
  const at = (...parts: string[]) => join(comms, orchestrator, ...parts)
  expect(readlinkSync(join(directory, '.claude', `coordination_orch_${pid}`))).toBe(at())
  const registry = JSON.parse(readFileSync(at('registry', 'subordinates.json'), 'utf8'))
  expect(registry).toMatchObject({
    orchestrator: `cli_orch_${pid}`,
    subordinates: [
      { id: `cli_a_${pid}`, role: 'static_analysis' },
      { id: `cli_b_${pid}`, role: 'dependency_check' },
      { id: `cli_c_${pid}`, role: 'secret_scanning' },
      { id: `cli_d_${pid}`, role: 'infrastructure_audit' },
    ],
    created: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
  })
  expect(lstatSync(join(comms, 'claude', 'instant_messaging', 'active', `orch_${pid}`)).isDirectory()).toBe(
    true,
  )
  expect(readdirSync(at('task_responses', 'incoming')).sort()).toEqual(
    [1, 2, 3, 4].map((number) => `audit_t${number}_result.md`),
  )
  // What the coordinator finds in its own mailbox, through links all the way.
  const result = join(comms, 'claude', 'coordination', 'completed', 'audit')
  expect(readdirSync(join(result, 'attachments')).sort()).toEqual([
    'dependency_vulnerabilities.csv',
    'infrastructure_issues.md',
    'secret_locations.txt',
    'static_analysis_report.html',
  ])
  expect(readFileSync(join(result, 'attachments', 'secret_locations.txt'), 'utf8')).toBe(
    'Details of secret_scanning\n',
  )
  expect(readFileSync(join(result, 'response.md'), 'utf8')).toContain('Yes, but only for HIGH and CRITICAL')
  expect(readFileSync(join(result, 'response.md'), 'utf8')).toContain('Rotating keys now')
  const { findings, sources } = JSON.parse(readFileSync(join(result, 'findings.json'), 'utf8'))
  expect(sources.map(({ status }: { status: string }) => status)).toEqual(Array(4).fill('completed'))
  expect(findings[2]).toMatchObject({
    severity: 'critical',
    source: { task: 'audit_t3', subordinate: `claude_cli_c_${pid}` },
  })
  expect(readlinkSync(at('coordination', 'completed', 'audit', 'audit_t1@'))).toBe('../../completed/audit_t1')
  const { problems } = JSON.parse((await run(['coord', 'doctor', '--json'], { env })).stdout)
  expect(problems).toEqual([])
})
