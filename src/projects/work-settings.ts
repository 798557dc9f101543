/** How documents are to be worked on. It may be said in a document, of its project, and in `config.yaml`. */
import { z } from 'zod'
import { PermissionMode } from '../agents/headless/headless-shape.ts'
import { Duration } from '../lib/duration-schema.ts'
import { DoneDefinition } from '../runner/parse-done.ts'
import { TaskMode } from './run/plan.ts'

const noBranch = 'must be true, false, or the name of a branch'

/** As `git check-ref-format` has it, without a leading `-`, which would be an option. */
const BranchName = z
  .string()
  .regex(
    /^(?![-/@.])(?!.*(?:\.\.|@\{|\/\/|\/\.|\.lock(?:\/|$)|[/.]$))[^\p{Cc} ~^:?*[\\]{1,200}$/u,
    'is no name of a branch',
  )

/** Instructions around a text; more than this is a text of its own. In characters. */
const mostPrompt = 20_000

const Prompt = z
  .string()
  .max(mostPrompt, `may have ${mostPrompt} characters; name a file with the rest in it`)
  .refine((prompt) => /\{(?:text|file)\}/u.test(prompt), 'must have {text} or {file} in it')

export const workSettings = {
  mode: TaskMode.optional(),
  agent: z.string().min(1).optional(),
  model: z.string().min(1).optional(),
  /** What the agent may do without asking; of headless mode. */
  permissions: PermissionMode.optional(),
  /** Ms. */
  timeout: Duration.optional(),
  retries: z.int().min(0).max(100).optional(),
  /** A git worktree of its own, on a new branch or on the named one. */
  worktree: z.union([z.boolean(), BranchName], { error: noBranch }).optional(),
  /** When the agent of a session is done. */
  done: DoneDefinition.optional(),
  /** What the agent is given; `{text}` is the text of the document, `{file}` a file with it, `{task}` its id. */
  prompt: Prompt.optional(),
}

/** Strict: a misspelt `timout` is no timeout, and nobody would find out before it was needed. */
export const WorkSettings = z.strictObject(workSettings)
export type WorkSettings = z.output<typeof WorkSettings>

export type WorkKey = keyof WorkSettings
export const workKeys = Object.keys(workSettings) as readonly WorkKey[]
