import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { OutputFormat } from '../../../src/agents/headless/headless-shape.ts'
import { OutputReader, readOutput } from '../../../src/agents/headless/output-reader.ts'
import { deniedBeside, verdictOf } from '../../../src/agents/headless/verdict.ts'
import { shippedProfiles } from '../../../src/agents/load-profiles.ts'

const recordings = new URL('../../fixtures/headless/', import.meta.url)
const agents = ['claude', 'codex', 'gemini', 'qwen', 'opencode', 'copilot'] as const
type Agent = (typeof agents)[number]

function recorded(agent: Agent, title: string) {
  const stdout = readFileSync(new URL(`${agent}/${title}.stdout`, recordings))
  const end = JSON.parse(readFileSync(new URL(`${agent}/${title}.json`, recordings), 'utf8')) as {
    exitCode: number | null
    signal: string | null
    stderr: string
  }
  const format = shippedProfiles().get(agent)?.headless?.output ?? 'text'
  const report = readOutput(format, stdout)
  const { exitCode, signal, stderr } = end
  const verdict = verdictOf(format, report, {
    exitCode: exitCode ?? undefined,
    signal: signal ?? undefined,
    stderr,
  })
  return { format, stdout, report, verdict, denied: [...report.denied, ...deniedBeside(format, stderr)] }
}

describe.each(agents)('what %s prints', (agent) => {
  it('is read: its last words, its conversation, that all went well', () => {
    const { report, verdict } = recorded(agent, 'success')
    expect(verdict).toEqual({ ok: true })
    expect(report).toMatchObject({ ok: true, denied: [], strayLines: 0 })
    expect(report.trouble).toBeUndefined()
    expect(report.output.summary).toBe('Hello from the model.')
    expect(report.output.session_id).toMatch(/^[\w-]{20,}$/)
  })

  it('says why it could not work without a login', () => {
    const { verdict } = recorded(agent, 'unauthorized')
    expect(verdict).toMatchObject({ ok: false, trouble: { kind: 'login' } })
  })

  it('is no success when the program was ended in the middle, whatever its exit code', () => {
    expect(recorded(agent, 'terminated').verdict.ok).toBe(false)
  })
})

describe('tokens, cost and turns', () => {
  it.each([
    ['claude', { usage: { input_tokens: 20, output_tokens: 40 }, cost_usd: 0.00088, turns: 2 }],
    ['codex', { usage: { input_tokens: 20, output_tokens: 40 }, turns: 1 }],
    ['gemini', { usage: { input_tokens: 30, output_tokens: 60 } }],
    ['qwen', { usage: { input_tokens: 20, output_tokens: 40 }, turns: 2 }],
    ['opencode', { usage: { input_tokens: 20, output_tokens: 40 }, cost_usd: 0, turns: 2 }],
  ] as const)('of %s, as far as it tells them', (agent, output) => {
    expect(recorded(agent, 'edit').report.output).toMatchObject(output)
  })

  it('names the program’s version and the model where they are told', () => {
    expect(recorded('claude', 'success').report).toMatchObject({ version: '2.1.329' })
    expect(recorded('qwen', 'success').report).toMatchObject({ version: '0.24.4', model: 'fake' })
  })
})

describe('a usage limit', () => {
  it.each(['claude', 'copilot'] as const)('is told by %s with its end', (agent) => {
    const { verdict } = recorded(agent, 'limit')
    expect(verdict).toMatchObject({ ok: false, trouble: { kind: 'limit' } })
    expect(!verdict.ok && verdict.trouble.text).toContain('You have hit your limit · resets 5pm')
  })

  it('is why Codex was ended that waited for it to be over', () => {
    expect(recorded('codex', 'limit').verdict).toMatchObject({ ok: false, trouble: { kind: 'limit' } })
  })
})

describe('an error of the API', () => {
  it.each(['claude', 'codex', 'copilot'] as const)('is told by %s', (agent) => {
    const { verdict } = recorded(agent, 'overloaded')
    expect(verdict).toMatchObject({ ok: false, trouble: { kind: 'api' } })
    expect(!verdict.ok && verdict.trouble.text).toMatch(/overloaded/iu)
  })

  it.each(['claude', 'codex', 'gemini', 'qwen', 'copilot'] as const)(
    'is a full context for %s when the prompt is too long',
    (agent) => {
      expect(recorded(agent, 'prompt-too-long').verdict).toMatchObject({ trouble: { kind: 'context' } })
    },
  )

  it('is told in the words of the API, not in its JSON', () => {
    const { verdict } = recorded('gemini', 'prompt-too-long')
    const text = 'the context is full: prompt is too long: 210000 tokens > 200000 maximum'
    expect(verdict).toEqual({ ok: false, trouble: { kind: 'context', text } })
  })
})

describe('what was not allowed', () => {
  it.each([
    ['claude', { tool: 'Bash', what: 'make marker' }],
    ['codex', { tool: 'command' }],
    ['opencode', { tool: 'bash', what: 'make marker' }],
    ['copilot', { tool: 'bash', what: 'make marker' }],
  ] as const)('is said of %s, which goes on without it', (agent, denied) => {
    const seen = recorded(agent, 'command')
    expect(seen.denied).toMatchObject([denied])
  })

  it('is nothing where everything is', () => {
    for (const agent of ['gemini', 'qwen', 'opencode', 'copilot'] as const)
      expect(recorded(agent, 'command-full')).toMatchObject({ denied: [], verdict: { ok: true } })
  })

  it('says why a program refuses its arguments', () => {
    const { verdict } = recorded('claude', 'command-full')
    expect(!verdict.ok && verdict.trouble.text).toMatch(/exit code 1: .*root\/sudo/u)
  })
})

describe('a program that only prints text', () => {
  it('is judged by its exit code, and its last lines are its last words', () => {
    const report = readOutput('text', 'one\n\ntwo\n')
    expect(report.output.summary).toBe('one\n\ntwo')
    expect(verdictOf('text', report, { exitCode: 0 })).toEqual({ ok: true })
    expect(verdictOf('text', report, { exitCode: 3, stderr: 'no such file\n' })).toEqual({
      ok: false,
      trouble: { kind: 'other', text: 'it ended with exit code 3: no such file' },
    })
    expect(verdictOf('text', report, { signal: 'SIGKILL' })).toMatchObject({
      trouble: { kind: 'interrupted', text: 'SIGKILL ended it' },
    })
  })

  it('has events of its lines, without anything that a terminal would do', () => {
    const reader = new OutputReader('text')
    expect(reader.push('hel')).toEqual([])
    expect(reader.push('lo\u001b[31m\n')).toEqual([{ kind: 'said', text: 'hello[31m' }])
  })
})

const everything = agents.flatMap((agent) =>
  readdirSync(new URL(`${agent}/`, recordings))
    .filter((name) => name.endsWith('.stdout'))
    .map((name) => recorded(agent, name.replace('.stdout', ''))),
)

describe('however it comes', () => {
  it('is read the same in pieces as at once, with events in the same order', () => {
    const pieces = fc.tuple(
      fc.constantFrom(...everything),
      fc.array(fc.integer({ min: 1, max: 3_000 }), { minLength: 1, maxLength: 20 }),
    )
    fc.assert(
      fc.property(pieces, ([{ format, stdout, report }, lengths]) => {
        const reader = new OutputReader(format)
        const events = []
        for (let at = 0, turn = 0; at < stdout.length; turn++) {
          const length = lengths[turn % lengths.length] ?? 1
          events.push(...reader.push(stdout.subarray(at, at + length)))
          at += length
        }
        expect(reader.end()).toEqual(report)
        expect(events).toEqual(new OutputReader(format).push(stdout))
      }),
      { numRuns: 60 },
    )
  })

  it('is read to where it was cut off, and lines of others between change nothing', () => {
    const cuts = fc.tuple(fc.constantFrom(...everything), fc.double({ min: 0, max: 1, noNaN: true }))
    fc.assert(
      fc.property(cuts, ([{ format, stdout }, part]) => {
        const cut = stdout.subarray(0, Math.floor(stdout.length * part))
        const { ok } = readOutput(format, cut)
        expect([true, false, undefined]).toContain(ok)
      }),
      { numRuns: 100 },
    )
    for (const { format, stdout, report } of everything) {
      const noisy = stdout.toString('utf8').replaceAll('\n', '\nWarning: something {"type"\n')
      const seen = readOutput(format, noisy)
      expect({ ...seen, output: { ...seen.output, summary: '' }, strayLines: 0 }).toEqual({
        ...report,
        output: { ...report.output, summary: '' },
        strayLines: 0,
      })
    }
  })

  it('never throws, whatever the values are', () => {
    const types = [
      'result',
      'assistant',
      'system',
      'item.completed',
      'message',
      'step_finish',
      'error',
      'tool_use',
    ]
    const message = fc.record(
      {
        type: fc.constantFrom(...types),
        subtype: fc.constantFrom('init', 'api_retry', 'success', '__proto__'),
        message: fc.jsonValue(),
        data: fc.jsonValue(),
        item: fc.jsonValue(),
        part: fc.jsonValue(),
        usage: fc.jsonValue(),
        error: fc.jsonValue(),
        permission_denials: fc.jsonValue(),
        result: fc.jsonValue(),
      },
      { requiredKeys: ['type'] },
    )
    const lines = fc.array(
      fc.oneof(
        message.map((value) => JSON.stringify(value)),
        fc.string(),
      ),
      { maxLength: 12 },
    )
    fc.assert(
      fc.property(fc.constantFrom(...OutputFormat.options), lines, (format, all) => {
        const report = readOutput(format, all.join('\n'))
        verdictOf(format, report, { exitCode: 0, stderr: all.join('\n') })
      }),
      { numRuns: 200 },
    )
  })
})
