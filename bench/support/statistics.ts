/** The value below which the share `p` (0 to 1) of the values lies; NaN when there are none. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))] ?? Number.NaN
}

/** `12.3` below a hundred, `1,234` above, `–` for what was not measured. */
export function number(value: number): string {
  if (!Number.isFinite(value)) return '–'
  const digits = value < 10 ? 2 : value < 100 ? 1 : 0
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })
}

/** `× 12`: how many times `larger` is of `smaller`. */
export function ratio(larger: number, smaller: number): string {
  return `× ${number(larger / smaller)}`
}
