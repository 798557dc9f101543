/** What a profile says of an agent's work without a terminal: it gets its task, prints what it does, and ends. */
import { z } from 'zod'

/**
 * What an agent may do without asking. `read-only`: it looks and plans; `ask`: every change is asked for;
 * `accept-edits`: it changes files of its project, and asks for the rest; `full`: everything.
 */
export const PermissionMode = z.preprocess(
  (given) => (typeof given === 'string' ? (otherNames.get(given) ?? given) : given),
  z.enum(['read-only', 'ask', 'accept-edits', 'full'], {
    error: 'must be read-only, ask, accept-edits or full',
  }),
)
export type PermissionMode = z.output<typeof PermissionMode>

/** As Claude Code calls them. */
const otherNames = new Map([
  ['plan', 'read-only'],
  ['default', 'ask'],
  ['acceptEdits', 'accept-edits'],
  ['bypassPermissions', 'full'],
])

/** What it prints: messages of its own, one JSON object a line, or whatever. */
export const OutputFormat = z.enum(['claude', 'codex', 'gemini', 'opencode', 'copilot', 'text'])
export type OutputFormat = z.infer<typeof OutputFormat>

const Granting = z.strictObject({
  arguments: z.array(z.string()).default([]),
  env: z.record(z.string(), z.string()).default({}),
})

export const HeadlessShape = z.strictObject({
  /** Program and arguments; then come those for permissions, model and conversation, at last the task. */
  command: z.array(z.string().min(1)).min(1),
  /**
   * How it gets its task: on its standard input, as arguments (`{prompt}` is the text), or not at all (`none`:
   * the program knows what to do).
   */
  prompt: z.union([z.enum(['stdin', 'none']), z.array(z.string()).min(1)]).default('stdin'),
  output: OutputFormat.default('text'),
  /** `{model}` is its name. */
  model: z.array(z.string()).default([]),
  /** How each mode is chosen; one that is missing it does not have. Without any it does what it likes. */
  permissions: z.partialRecord(PermissionMode.out, Granting).optional(),
  /**
   * Arguments by which it asks for what its mode does not allow; `{hooks}` are settings with a hook that decides.
   * Absent: it denies that to itself.
   */
  asks: z.array(z.string()).min(1).optional(),
  /** Arguments that give a new conversation an id of ours; `{id}` is a UUID. */
  conversation: z.array(z.string()).default([]),
  /** Arguments that continue a conversation; `{id}` is its id. */
  resume: z.array(z.string()).default([]),
  env: z.record(z.string(), z.string()).default({}),
})
export type HeadlessShape = z.infer<typeof HeadlessShape>
