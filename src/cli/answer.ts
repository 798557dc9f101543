import type { Command } from 'commander'
import { OrchError } from '../lib/errors.ts'
import { shownText } from '../lib/shown-text.ts'
import type { AnswerTarget } from './answer-target.ts'
import type { CliContext } from './context.ts'
import { asOption, callerOf } from './escalation/caller.ts'
import { addExamples } from './examples.ts'
import { wholeNumber } from './parse-number.ts'

interface AnswerOptions {
  fingerprint?: string
  option?: number[]
  text?: string
  secret?: true
  as?: string
}

/** What is answered, as the service takes it. */
type Answer = { choice: string } | { options: number[] } | { text: string }

const optionNumber = wholeNumber(1, 999)

export function addAnswer(program: Command, context: CliContext): void {
  const command = program
    .command('answer')
    .description(
      'Answers a question: an escalation, or whatever a session asks now. It proves that the answer was taken ' +
        '(exit code 5 when it cannot). Only the prompt that was asked is answered: when another one is on the ' +
        'screen nothing is typed, and an answer that was taken before is not given again; the first valid ' +
        'answer wins, later ones are told so. Options that hold for more than this one prompt ("and don\'t ask ' +
        'again") are chosen only by their number or their whole label. Whoever may not grant a permission is ' +
        'refused (exit code 7). A secret is never taken from the command line, which the history of a shell ' +
        'and the list of processes show: it is asked for without echo, or read from a pipe with --secret.',
    )
    .summary('choose an option of a dialog, or answer a question')
    .argument(
      '<escalation|session>',
      'id of an escalation, or a unique beginning or end of it; or a session: id, beginning of an id, name or task',
    )
    .argument('[choice]', 'approve, deny, cancel, a number, the label of an option, or text')
    .option('-F, --fingerprint <fingerprint>', 'of the prompt that is meant (see `iterm-orch why`)')
    .option(
      '-o, --option <number>',
      'number of the option; repeat it where several may be ticked',
      (value: string, all: number[] = []) => [...all, optionNumber(value)],
    )
    .option('-t, --text <text>', 'answer with this text, even if it looks like a choice')
    .option('-s, --secret', 'ask without echo, or read standard input; the answer is kept nowhere')
    .addOption(asOption())
    .action(async (reference: string, choice: string | undefined, options: AnswerOptions) => {
      await answer(context, reference, choice, options)
    })
  addExamples(command, [
    ['iterm-orch answer k3v8xq1a approve', 'says yes to what is asked, this once'],
    ['iterm-orch answer reviewer 2', 'chooses the second option of what the session reviewer asks'],
    ['iterm-orch answer 4F2A deny --fingerprint 91c0f2', 'says no, if it is still this prompt'],
    ['iterm-orch answer 4F2A --option 1 --option 3', 'ticks the first and the third, and hands them in'],
    ['iterm-orch answer reviewer --text "prod.conf, and back it up first"', 'answers in words'],
    ['pass show deploy/key | iterm-orch answer k3v8xq1a --secret', 'a secret from a password store'],
  ])
}

async function answer(
  context: CliContext,
  reference: string,
  choice: string | undefined,
  options: AnswerOptions,
): Promise<void> {
  const given = givenAnswer(choice, options)
  const by = await callerOf(context, options.as)
  const service = await context.service()
  const { asksSecret, findTarget } = await import('./answer-target.ts')
  const target = await findTarget(service, reference)
  const secret = options.secret === true || (!given && asksSecret(target) && process.stdin.isTTY)
  if (!given && !secret) throw noAnswer(asksSecret(target))
  const request = {
    ...(given ?? { text: await secretFor(target) }),
    ...{ via: 'cli' as const, secret },
    ...(by !== undefined && { by }),
    ...(options.fingerprint !== undefined && { fingerprint: options.fingerprint }),
  }
  const answered =
    'escalation' in target
      ? await service.answerEscalation(target.escalation.id, request)
      : await service.answer(target.session.id, request)
  const { out } = context
  if (out.json) {
    out.result(answered)
    return
  }
  const mark = out.style.green(answered.already ? 'answered before' : 'confirmed')
  const chosen = answered.chosen === '' ? '' : `${shownText(answered.chosen)}: `
  out.line(`${mark}: ${chosen}${shownText(answered.evidence)}`)
}

function givenAnswer(
  choice: string | undefined,
  { option, text, secret }: AnswerOptions,
): Answer | undefined {
  const given = [choice, option, text].filter((part) => part !== undefined).length
  if (given > 1 || (given === 1 && secret)) {
    throw new OrchError('usage', 'Only one answer can be given: a choice, --option, --text or --secret.', {
      hint: secret ? 'With --secret the answer is asked for, or read from standard input.' : exampleHint,
    })
  }
  if (choice !== undefined) return { choice }
  if (option !== undefined) return { options: option }
  return text === undefined ? undefined : { text }
}

async function secretFor(target: AnswerTarget): Promise<string> {
  const { askSecret } = await import('./ask-secret.ts')
  const asked = 'escalation' in target ? target.escalation : target.session.waitsFor
  return askSecret(shownText(asked?.text ?? 'The answer'))
}

const exampleHint = 'For example: iterm-orch answer reviewer approve'

function noAnswer(isSecret: boolean): OrchError {
  if (!isSecret) {
    return new OrchError('usage', 'There is no answer: give a choice, --option or --text.', {
      hint: exampleHint,
    })
  }
  return new OrchError('usage', 'A secret is asked for, and there is no terminal to ask for it.', {
    hint: 'Run it in a terminal, or pipe the secret in and add --secret.',
  })
}
