import type { Command } from 'commander'
import { shownText } from '../lib/shown-text.ts'
import type { WhyResponse } from '../service/explain.ts'
import type { CliContext } from './context.ts'
import { addExamples } from './examples.ts'
import { shortId, since, styledState } from './session-text.ts'

export function addWhy(program: Command, context: CliContext): void {
  const command = program
    .command('why')
    .description(
      'Says why a session is in its state: who told it, what was seen, and what all other sources said.',
    )
    .summary('explain the state of a session')
    .argument('<session>', 'id, beginning of an id, name or task')
    .action(async (session: string) => {
      const answer = await (await context.service()).why(session)
      if (context.out.json) context.out.result(answer)
      else for (const line of describe(answer, context, Date.now())) context.out.line(line)
    })
  addExamples(command, [
    ['iterm-orch why reviewer', 'state, source, evidence, and the other sources'],
    [`iterm-orch why reviewer --json | jq '.others'`, 'what the others said, for a program'],
  ])
}

function* describe(answer: WhyResponse, { out }: CliContext, now: number): Generator<string> {
  const { session, profile, recognisedBy, screen, tapSilent, others } = answer
  const { style } = out
  const state = styledState(session.state, style)
  yield `${style.bold(shortId(session))}  ${shownText(session.name)}  ${state} for ${since(session.since, now)}`
  yield `  because   ${shownText(session.reason)}`
  yield `  told by   ${shownText(session.source)}${profile === undefined ? '' : style.faint(`  (read as ${profile})`)}`
  if (recognisedBy !== undefined) yield `  in front  ${profile}: ${shownText(recognisedBy)}`
  if (tapSilent) {
    yield '  tap       silent: it was wanted, but nothing was heard of it, so what the program reports is missing'
  }
  if (session.evidence !== '') yield `  evidence  ${shownText(session.evidence)}`
  if (session.limit) yield `  limit     ${shownText(session.limit.next)} (account ${session.limit.account})`
  if (session.waitsFor) yield* describePrompt(session.waitsFor)
  if (screen) {
    const confidence = `${Math.round(screen.confidence * 100)} %`
    yield `The screen says ${styledState(screen.state, style)} (${confidence}): ${shownText(screen.reason)}`
    for (const { text, shows } of screen.evidence) yield `  ${shows}: ${style.faint(shownText(text))}`
    for (const line of screen.lines) yield `  ${style.faint(`│ ${shownText(line)}`)}`
  }
  if (others.length > 0) yield 'The others said'
  for (const { source, state: said, reason, ageMs, because } of others) {
    const age = since(new Date(now - ageMs).toISOString(), now)
    yield `  ${source.padEnd(15)} ${said}, ${age} ago: ${shownText(reason)} ${style.faint(`(${because.replace('-', ' ')})`)}`
  }
}

function* describePrompt({ prompt }: NonNullable<WhyResponse['session']['waitsFor']>): Generator<string> {
  if (!prompt) return
  yield `  asks      ${prompt.kind}: ${shownText(prompt.question)}`
  for (const { number, label, meaning, keys } of prompt.options) {
    yield `            ${number}. ${shownText(label)}  [${meaning}; keys: ${keys.join(' ') || 'none known'}]`
  }
}
