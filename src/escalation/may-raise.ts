/** Whether an escalation can be passed to a level, and to which one when none is named. */
import { OrchError } from '../lib/errors.ts'
import type { Escalation, Level } from './escalation.ts'
import { Level as levels } from './escalation.ts'
import { levelAbove } from './ladder.ts'

/** @throws {OrchError} `usage` when there is nobody, or not above the present level */
export function levelToRaise(escalation: Escalation, wanted: Level | undefined): Level {
  const { level, ladder, orchestrator, peer } = escalation
  const target = wanted ?? levelAbove(escalation)
  if (target === undefined) {
    throw refused(`It is at the top already (${level}).`, 'Answer it, or `snooze` it.')
  }
  if (target === level) throw refused(`It stands at the level ${level} already.`, 'Name a level above it.')
  const nobody =
    target === 'policy' ||
    (target === 'orchestrator' && orchestrator === undefined) ||
    (target === 'peer' && peer === undefined)
  if (nobody)
    throw refused(`There is nobody at the level ${target} for it.`, `Its levels: ${ladder.join(' → ')}.`)
  if (rank(target, ladder) < rank(level, ladder)) {
    throw refused(
      `It stands at the level ${level}, above ${target}.`,
      `It only goes up: ${ladder.join(' → ')}.`,
    )
  }
  return target
}

/** A level that the ladder does not have ranks as it does by default, among those that it has. */
function rank(level: Level, ladder: readonly Level[]): number {
  const index = ladder.indexOf(level)
  if (index >= 0) return index
  const above = ladder.findIndex((other) => levels.options.indexOf(other) > levels.options.indexOf(level))
  return above < 0 ? ladder.length : above - 0.5
}

function refused(message: string, hint: string): OrchError {
  return new OrchError('usage', message, { hint })
}
