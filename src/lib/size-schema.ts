import { z } from 'zod'

/** What the units mean in most places where people write them: powers of 1024. */
const units: Readonly<Record<string, number>> = { B: 1, KB: 1_024, MB: 1_024 ** 2, GB: 1_024 ** 3 }

const wrong = 'must be a size such as 512KB, 10MB or 1GB'

/** A size in a YAML file, such as `10MB`, or a number of bytes; gives bytes. */
export const Size = z
  .union([z.int().positive(), z.string()], { error: wrong })
  .transform((value, context) => {
    const bytes = typeof value === 'number' ? value : parseSize(value)
    if (bytes !== undefined && bytes >= 1) return bytes
    context.addIssue({ code: 'custom', message: wrong })
    return z.NEVER
  })

function parseSize(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([KMG]?)(?:i?B)?$/iu.exec(text.trim())
  const unit = units[`${match?.[2]?.toUpperCase() ?? ''}B`]
  return match && unit !== undefined ? Math.floor(Number(match[1]) * unit) : undefined
}
