/** Durations, counted so that two counts can be added: buckets that grow by a tenth, so 5 % is the largest error. */
import { z } from 'zod'

const growth = Math.log(1.1)

export const Histogram = z.object({
  count: z.int(),
  /** Sum and longest, in ms. */
  sum: z.number(),
  max: z.number(),
  /** Number of a bucket to how many are in it. */
  buckets: z.record(z.string(), z.int()),
})
export type Histogram = z.infer<typeof Histogram>

export function emptyHistogram(): Histogram {
  return { count: 0, sum: 0, max: 0, buckets: {} }
}

/** @param ms negative ones come from clocks that were set; they count as 0 */
export function addDuration(histogram: Histogram, ms: number): void {
  if (!Number.isFinite(ms)) return
  const value = Math.max(0, ms)
  const bucket = String(Math.round(Math.log(value + 1) / growth))
  histogram.count += 1
  histogram.sum += value
  histogram.max = Math.max(histogram.max, value)
  histogram.buckets[bucket] = (histogram.buckets[bucket] ?? 0) + 1
}

export function mergeHistogram(into: Histogram, from: Histogram): void {
  into.count += from.count
  into.sum += from.sum
  into.max = Math.max(into.max, from.max)
  for (const [bucket, count] of Object.entries(from.buckets)) {
    into.buckets[bucket] = (into.buckets[bucket] ?? 0) + count
  }
}

/** The duration below which the share `p` (0 to 1) lies, in ms; undefined when nothing was counted. */
export function percentileOf({ count, max, buckets }: Histogram, p: number): number | undefined {
  if (count === 0) return undefined
  let left = Math.max(1, Math.ceil(p * count))
  for (const bucket of Object.keys(buckets)
    .map(Number)
    .sort((a, b) => a - b)) {
    left -= buckets[String(bucket)] ?? 0
    if (left <= 0) return Math.min(max, Math.exp(bucket * growth) - 1)
  }
  return max
}
