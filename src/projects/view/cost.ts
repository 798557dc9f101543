/** What tasks cost, as far as their agents tell. */
import type { TaskResult, Usage } from '../run/task-result.ts'

export interface Cost {
  /** US dollars of those that told a price; absent when none did. */
  usd?: number
  /** Tokens of those that told no price, without what came out of a cache; absent when there are none. */
  tokens?: number
}

/** What was spent when: a task that was tried over midnight cost something on two days. */
export interface Spending {
  /** ISO. */
  at: string
  cost: Cost
}

interface Told {
  completed_at: string
  cost_usd?: number | undefined
  usage?: Usage | undefined
}

/** A millionth of a dollar: what is behind it comes from adding binary fractions. */
const finest = 1_000_000

export function spendingsOf(result: TaskResult): Spending[] {
  const told = result.attempts.filter(({ cost_usd, usage }) => (cost_usd ?? usage) !== undefined)
  const parts: Told[] =
    told.length > 0 ? told : [{ ...result.worker_output, completed_at: result.completed_at }]
  return parts.flatMap(({ completed_at, cost_usd, usage }): Spending[] => {
    if (cost_usd !== undefined) return [{ at: completed_at, cost: { usd: cost_usd } }]
    const tokens = usage === undefined ? undefined : tokensOf(usage)
    return tokens === undefined ? [] : [{ at: completed_at, cost: { tokens } }]
  })
}

export function costOf(result: TaskResult): Cost {
  return sumOf(spendingsOf(result).map(({ cost }) => cost))
}

export function sumOf(costs: readonly Cost[]): Cost {
  return { ...sum('usd', costs), ...sum('tokens', costs) }
}

/** `2026-11-21`, here. */
export function localDay(moment: string | number): string {
  const date = new Date(moment)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}

function tokensOf({ input_tokens, output_tokens, cache_write_tokens }: Usage): number | undefined {
  const known = [input_tokens, output_tokens, cache_write_tokens].filter((count) => count !== undefined)
  return known.length === 0 ? undefined : known.reduce((all, count) => all + count, 0)
}

function sum(key: keyof Cost, costs: readonly Cost[]): Cost {
  const known = costs.flatMap(({ [key]: value }) => (value === undefined ? [] : [value]))
  if (known.length === 0) return {}
  const whole = known.reduce((all, value) => all + value, 0)
  return { [key]: Math.round(whole * finest) / finest }
}
