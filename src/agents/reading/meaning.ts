/** The words by which options and dialogs are understood. They only label what the structure has found. */
import type { MenuOption } from './menu-types.ts'
import type { OptionMeaning, PromptKind } from './prompt.ts'

const cancelWords = /^(?:cancel|abort|go back|back\b|keep planning|stay in plan|stop and wait)/iu
const denyWords = /^(?:no\b|n$|don['’]?t|do not|reject|deny|decline|exit|quit|skip|refuse|not now)/iu
/** The mildest way to accept a plan: every single step is still asked for. */
const stillAsks = /\bask each time\b|\bmanually approve\b|\bapprove (?:each|every)\b/iu
const alwaysWords =
  /\b(?:always|don['’]?t ask(?: me)? again|do not ask again|for (?:this|the) (?:session|project|directory|folder|user)|(?:from|in) this (?:project|directory)|all (?:edits|commands|future)|auto[- ]?(?:mode|accept|approve\w*)|bypass|allow all|every time|permanently|remember|yolo|trust parent|everything|allowlist)\b/iu
const approveWords =
  /^(?:yes|y$|allow|approve|accept|proceed|continue|run|trust|ok(?:ay)?\b|confirm|submit|apply|i trust|update now|install)/iu
const amendWords = /^(?:type (?:something|your)|other\b|edit\b|modify|amend|chat about|tell )/iu

/** What choosing an option with this label does. In doubt it goes further than one would think. */
export function meaningOf(label: string): OptionMeaning {
  const text = label.trim()
  if (cancelWords.test(text)) return 'cancel'
  if (denyWords.test(text)) return 'deny'
  if (alwaysWords.test(text) && !stillAsks.test(text)) return 'always'
  if (amendWords.test(text)) return 'amend'
  if (approveWords.test(text)) return 'approve'
  return 'other'
}

const limitMenu = /\b(?:hit|reached|exceeded)\b.{0,40}\blimit\b|\blimit (?:reached|to reset)\b/iu
const planWords =
  /\bexit plan mode\b|\bimplement this plan\b|\bready to code\b|\b(?:approve|accept|proceed with) (?:the|this) plan\b|\bwould you like to proceed\b.*\bplan\b/iu
const loginWords =
  /\bapi key\b|\bsign in\b|\blog ?in\b|\bauthenticat(?:e|ion)\b|\boauth\b|\bhow would you like to auth/iu
const trustWords =
  /\btrust (?:this|the|parent) (?:folder|files|directory|workspace)|\bdo you trust\b|\bone you trust\b|\byes, i trust\b|\bbypass permissions mode\b|\bcontinue connecting\b/iu
const updateWords = /\bupdate (?:available|now|codex)\b|\bnew version\b.*\bavailable\b/iu
const permissionWords =
  /\b(?:proceed|allow|permission|approve|approval|run|execute|execution|apply|edits?|create|overwrite|delete|fetch|grant|make (?:this|the following))\b/iu

export interface DialogWords {
  question: string
  /** The first line of the dialog. */
  title: string
  context: string
  options: readonly MenuOption[]
  /** Options may be missing because the screen is too small. */
  cut: boolean
}

/** Whether the dialog offers what to do at the end of a quota. */
export function isLimitDialog({ question, context, options }: DialogWords): boolean {
  return limitMenu.test([question, context, ...options.map(({ label }) => label)].join(' '))
}

export function kindOf({ question, title, context, options, cut }: DialogWords): PromptKind {
  const labels = options.map(({ label }) => label).join(' | ')
  const asked = `${title} ${question}`
  const meanings = new Set(options.map(({ label }) => meaningOf(label)))
  const decides = cut || meanings.has('deny') || meanings.has('cancel')
  if (options.some(({ ticked }) => ticked !== undefined)) return 'multi-select'
  if (/^(?:Review your answers|Submit answers)/u.test(labels) || /Review your answers/u.test(context)) {
    return 'review'
  }
  if (decides && updateWords.test(`${asked} ${labels}`)) return 'update'
  if (decides && trustWords.test(`${asked} ${context} ${labels}`)) return 'trust'
  if (planWords.test(asked)) return 'plan'
  const approves = meanings.has('approve') || meanings.has('always')
  if (decides && approves && permissionWords.test(`${asked} ${labels}`) && !loginWords.test(asked)) {
    return 'permission'
  }
  if (loginWords.test(asked) || labelsThatSignIn(options) > 1) return 'login'
  return question.endsWith('?') ? 'question' : 'choice'
}

function labelsThatSignIn(options: readonly MenuOption[]): number {
  return options.filter(({ label }) => /^(?:sign|log) in\b/iu.test(label)).length
}
