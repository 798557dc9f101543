/** What a task file says about itself before its text: YAML between two lines of `---`. */
import { parse } from 'yaml'
import { z } from 'zod'
import { Duration } from '../lib/duration-schema.ts'
import { errorMessage } from '../lib/errors.ts'
import { splitFrontMatter } from '../lib/front-matter.ts'
import { Priority } from '../lib/priority.ts'
import { parseMailboxName, parseTaskName } from '../mail/names.ts'

const TaskName = z.string().transform((name, context) => checked(name, context, parseTaskName))
const MailboxName = z.string().transform((name, context) => checked(name, context, parseMailboxName))

export const FrontMatter = z.looseObject({
  /** Who may claim it; anyone when absent. */
  agent: z.string().min(1).optional(),
  priority: Priority.optional(),
  /** A claim that is older is shown as overdue, in ms. */
  timeout: Duration.optional(),
  /** Tasks of the same mailbox that have to be completed first. */
  needs: z.union([TaskName.transform((name) => [name]), z.array(TaskName)]).optional(),
  /** Mailbox that the result is sent to. */
  reply: MailboxName.optional(),
})
export type FrontMatter = z.infer<typeof FrontMatter>

export type ReadFrontMatter = { ok: true; values: FrontMatter; body: string } | { ok: false; problem: string }

/**
 * Reads the beginning of a task file. A text without front matter has no values; a line `---` at the top
 * with anything but keys below it is text as well.
 */
export function readFrontMatter(text: string): ReadFrontMatter {
  const { yaml, body } = splitFrontMatter(text)
  if (yaml === undefined) return { ok: true, values: {}, body }
  let values: unknown
  try {
    values = parse(yaml, { maxAliasCount: 10 })
  } catch (error) {
    return { ok: false, problem: `the front matter is no YAML: ${errorMessage(error).split('\n', 1)[0]}` }
  }
  if (values === null || values === undefined) return { ok: true, values: {}, body }
  if (typeof values !== 'object' || Array.isArray(values)) return { ok: true, values: {}, body: text }
  const parsed = FrontMatter.safeParse(values)
  if (parsed.success) return { ok: true, values: parsed.data, body }
  const [issue] = parsed.error.issues
  return { ok: false, problem: `${issue?.path.join('.') || 'the front matter'}: ${issue?.message}` }
}

function checked(name: string, context: z.RefinementCtx, parseName: (name: string) => string): string {
  try {
    return parseName(name)
  } catch (error) {
    context.addIssue({ code: 'custom', message: errorMessage(error) })
    return z.NEVER
  }
}
