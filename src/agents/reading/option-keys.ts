/** The keys that choose an option of a menu, after the agent's profile. */
import type { AgentProfile, ChooseBy } from '../profile-schema.ts'
import type { Menu, MenuOption } from './menu-types.ts'
import type { PromptKind } from './prompt.ts'

/** Key names as labels write them, and as `keys` takes them. */
const named: Readonly<Record<string, string>> = { esc: 'escape', 'shift+tab': 'shift-tab' }

export function keysOf(menu: Menu, option: MenuOption, kind: PromptKind, profile: AgentProfile): string[] {
  const { prompts } = profile
  const by = kind === 'multi-select' && option.ticked !== undefined ? prompts.tickBy : chooseBy(kind, profile)
  if (by === 'space') return arrowsTo(menu, option, 'space')
  if (by === 'letter' && option.shortcut) return [named[option.shortcut] ?? option.shortcut]
  if (menu.form === 'list' && option.numbered) {
    // Two digits would be taken for the first one.
    if (by !== 'arrows' && option.number < 10) {
      return by === 'digit-enter' ? [String(option.number), 'enter'] : [String(option.number)]
    }
  }
  return arrowsTo(menu, option)
}

function chooseBy(kind: PromptKind, { prompts }: AgentProfile): ChooseBy {
  const question = kind === 'question' || kind === 'choice' || kind === 'multi-select'
  return question ? (prompts.questionsBy ?? prompts.chooseBy) : prompts.chooseBy
}

/** From the selected option; nothing when it is not known which that is. */
function arrowsTo(menu: Menu, option: MenuOption, last = 'enter'): string[] {
  const from = menu.options.findIndex(({ selected }) => selected)
  const to = menu.options.indexOf(option)
  if (from < 0) return []
  const [back, forth] = menu.form === 'buttons' ? ['left', 'right'] : ['up', 'down']
  const steps = Math.abs(to - from)
  return [...Array<string>(steps).fill(to < from ? back : forth), last]
}
