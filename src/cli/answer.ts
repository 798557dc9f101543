import type { Command } from 'commander'
import { OrchError } from '../lib/errors.ts'
import type { CliContext } from './context.ts'
import { addExamples } from './examples.ts'
import { wholeNumber } from './parse-number.ts'
import { plainText } from './plain-text.ts'

interface AnswerOptions {
  fingerprint?: string
  option?: number[]
  text?: string
}

const optionNumber = wholeNumber(1, 999)

export function addAnswer(program: Command, context: CliContext): void {
  const command = program
    .command('answer')
    .description(
      'Answers the prompt on the screen of a session, and proves that it was taken (exit code 5 when it ' +
        'cannot). With --fingerprint only that very prompt: when another one is on the screen nothing is ' +
        'typed, and an answer that was taken before is not given again. Options that hold for more than ' +
        'this one prompt ("and don\'t ask again") are chosen only by their number or their whole label.',
    )
    .summary('choose an option of a dialog, or answer a question')
    .argument('<session>', 'id, beginning of an id, name or task')
    .argument('[choice]', 'approve, deny, cancel, a number, the label of an option, or text')
    .option('-F, --fingerprint <fingerprint>', 'of the prompt that is meant (see `iterm-orch why`)')
    .option(
      '-o, --option <number>',
      'number of the option; repeat it where several may be ticked',
      (value: string, all: number[] = []) => [...all, optionNumber(value)],
    )
    .option('-t, --text <text>', 'answer with this text, even if it looks like a choice')
    .action(async (session: string, choice: string | undefined, options: AnswerOptions) => {
      const { fingerprint, option, text } = options
      if ([choice, option, text].filter((part) => part !== undefined).length !== 1) {
        throw new OrchError('usage', 'Exactly one answer is needed: a choice, --option or --text.', {
          hint: 'For example: iterm-orch answer reviewer approve',
        })
      }
      const answer = await (await context.service()).answer(session, {
        ...(choice !== undefined && { choice }),
        ...(option !== undefined && { options: option }),
        ...(text !== undefined && { text }),
        ...(fingerprint !== undefined && { fingerprint }),
      })
      const { out } = context
      if (out.json) return out.result(answer)
      const mark = out.style.green(answer.already ? 'answered before' : 'confirmed')
      const chosen = answer.chosen === '' ? '' : `${plainText(answer.chosen)}: `
      out.line(`${mark}: ${chosen}${plainText(answer.evidence)}`)
    })
  addExamples(command, [
    ['iterm-orch answer reviewer approve', 'says yes to what is asked, this once'],
    ['iterm-orch answer 4F2A deny --fingerprint 91c0f2', 'says no, if it is still this prompt'],
    ['iterm-orch answer 4F2A --option 1 --option 3', 'ticks the first and the third, and hands them in'],
    ['iterm-orch answer reviewer --text "prod.conf, and back it up first"', 'answers in words'],
  ])
}
