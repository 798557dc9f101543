/** Which option of a prompt an action means. In doubt none. */
import { matchesText } from './glob.ts'
import type { QuestionOption } from './policy-question.ts'
import type { RuleAction } from './policy-schema.ts'

export type Choice = { option: { number: number; label: string } | undefined } | { problem: string }

export function choiceOf(action: RuleAction, options: readonly QuestionOption[]): Choice {
  switch (action.type) {
    case 'approve':
      return theOnly(
        options.filter(({ meaning, label }) => meaning === 'approve' && !goesFurther(label)),
        'approves this once',
      )
    case 'choose':
      return chosen(action.option, options)
    case 'deny': {
      const denying =
        options.find(({ meaning }) => meaning === 'deny') ??
        options.find(({ meaning }) => meaning === 'cancel')
      return { option: denying && plain(denying) }
    }
    default:
      return { option: undefined }
  }
}

function chosen(wanted: string | number, options: readonly QuestionOption[]): Choice {
  const found = options.filter((option) =>
    typeof wanted === 'number' ? option.number === wanted : matchesText(wanted, option.label),
  )
  const choice = theOnly(found, `is ${wanted}`)
  const [option] = found
  if ('problem' in choice || !option) return choice
  const named = typeof wanted === 'string' && !/[*?{]/u.test(wanted)
  if (!named && (option.meaning === 'always' || goesFurther(option.label))) {
    return { problem: `"${option.label}" goes beyond this once; only a rule with its whole label chooses it` }
  }
  return choice
}

/** Words of options that last, in case the reading of the screen took one for a plain yes. */
function goesFurther(label: string): boolean {
  return /\b(?:always|again|all|session|every|everything|auto|trust|allowlist|permanent(?:ly)?|remember|bypass|future)\b/iu.test(
    label,
  )
}

function theOnly(found: readonly QuestionOption[], what: string): Choice {
  const [option, other] = found
  if (!option) return { problem: `no option ${what}` }
  if (other) return { problem: `more than one option ${what}: "${option.label}", "${other.label}"` }
  return { option: plain(option) }
}

function plain({ number, label }: QuestionOption): { number: number; label: string } {
  return { number, label }
}
