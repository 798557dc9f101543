/** What an agent profile holds: how an agent is started, recognised, read, answered and ended. */
import { z } from 'zod'
import { HeadlessShape } from './headless/headless-shape.ts'
import { BlockerKind, SessionState } from './session-state.ts'

/** How to start an agent and hand its task over. `config.yaml` may have these for agents of its own, too. */
export const AgentStart = z.strictObject({
  /** Program and arguments. */
  command: z.array(z.string().min(1)).min(1),
  /**
   * How it gets its task: as the last argument, typed into its input box when it is up, or not at all
   * (`none`: the task is only a name, the program knows what to do).
   */
  task: z.enum(['argument', 'typed', 'none']).default('argument'),
  /** Arguments that stand before the task, such as `--prompt-interactive`. */
  taskArguments: z.array(z.string()).default([]),
  /** Variables that are set for the program. */
  env: z.record(z.string(), z.string()).default({}),
  /**
   * How it gets its operating instructions (`iterm-orch brief`): by arguments of its own (`{file}` is a file
   * with them, `{text}` the text), behind its task, or only when the launch asks for it.
   */
  brief: z.union([z.enum(['with-task', 'none']), z.array(z.string()).min(1)]).default('none'),
  /** Arguments that give a new conversation an id of ours; `{id}` is a UUID. */
  conversation: z.array(z.string()).default([]),
  /** Arguments that continue a conversation; `{id}` is its id. */
  resume: z.array(z.string()).default([]),
})
export type AgentStart = z.infer<typeof AgentStart>

const VariableName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/u, 'must be the name of a variable')

/** A JavaScript regular expression with the `u` flag. */
const Pattern = z
  .string()
  .min(1)
  .max(500)
  .refine(compiles, { error: ({ input }) => `is no regular expression: ${String(input)}` })

/** Something that shows a state when it stands in its region. The lowest one on the screen decides. */
export const Signature = z.strictObject({
  name: z.string().min(1).max(100),
  /**
   * `footer`: below the input box. `above-box`: the rows above it, back to the last turn of the user.
   * `last-block`: the last paragraphs above it, from their beginning. `aside`: rows above it that stand at
   * the right. `end`: the last paragraph of a screen without a box. `title`: the window's title.
   */
  region: z.enum(['footer', 'above-box', 'last-block', 'aside', 'end', 'title']),
  pattern: Pattern,
  ignoreCase: z.boolean().default(false),
  state: SessionState,
  /** Said of the state, for people. */
  reason: z.string().min(1).max(200),
  /** Why somebody has to act. */
  blocker: BlockerKind.optional(),
  /** `last-block` only: paragraphs from the last one up in which it may begin. */
  within: z.int().min(1).max(5).default(1),
})
export type Signature = z.infer<typeof Signature>

export const InputBoxShape = z.strictObject({
  /** Glyphs that stand before the text, such as `❯`, `›`, `>`. */
  glyphs: z.string().default(''),
  /** What encloses it: rules above and below, a frame, a bar on its left, or nothing. */
  enclosed: z.enum(['rules', 'frame', 'bar', 'none']),
  /** On terminals with 24-bit colours it has a bar on its left instead. */
  orBar: z.boolean().default(false),
  /** Beginnings of what it shows when it is empty, for screens without colours. */
  hints: z.array(z.string().min(1)).default([]),
  /** The program keeps the terminal's cursor outside of the box and draws its own. */
  cursorElsewhere: z.boolean().default(false),
})
export type InputBoxShape = z.infer<typeof InputBoxShape>

/**
 * What makes an account, on which limits and logins hang: two sessions with the same credentials have the same
 * one. An agent without this has none, and nothing is ever held back for it.
 */
const AccountShape = z.strictObject({
  /** Variables that name the directory with the login; the first one that is set counts, else `HOME`. */
  home: z.array(VariableName).default([]),
  /** Variables with a key or a token. Only a hash of them is ever kept. */
  keys: z.array(VariableName).default([]),
  /** Variables with the place that is asked, such as a base URL. */
  endpoints: z.array(VariableName).default([]),
})
export type AccountShape = z.infer<typeof AccountShape>

/** What chooses an option: its digit, the letter in its label, the digit and Enter, or arrows and Enter. */
const ChooseBy = z.enum(['digit', 'letter', 'digit-enter', 'arrows'])
export type ChooseBy = z.infer<typeof ChooseBy>
/** What toggles one: the same, or the space bar on it. */
const TickBy = z.enum([...ChooseBy.options, 'space'])

export const AgentProfile = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]{0,40}$/u, 'must be lower case letters, digits and dashes'),
  title: z.string().min(1),
  /** Version of the program on which this was measured; undefined: from its documentation. */
  measured: z.string().optional(),
  start: AgentStart,
  /** Absent: how it works without a terminal is not known. */
  headless: HeadlessShape.optional(),
  recognise: z
    .strictObject({
      /** Names of its process. */
      programs: z.array(z.string().min(1)).default([]),
      /** Names of npm packages, for a process that is only known as `node`. */
      packages: z.array(z.string().min(1)).default([]),
      titles: z.array(Pattern).default([]),
      /** Looked for in the rows of the screen; the agent with the most is it. */
      screen: z.array(Pattern).default([]),
    })
    .prefault({}),
  inputBox: InputBoxShape.optional(),
  /** It shows nothing while it works: an input box alone does not mean that it is idle. */
  silentWork: z.boolean().default(false),
  /** Questions of a line at the cursor are read too: `[y/n]`, `Password:`, pagers, prompts of shells. */
  lines: z.boolean().default(false),
  signatures: z.array(Signature).default([]),
  prompts: z
    .strictObject({
      chooseBy: ChooseBy.default('digit'),
      /** For questions with choices, where it differs. */
      questionsBy: ChooseBy.optional(),
      /** What toggles an option where several may be chosen, and the keys that go on from there. */
      tickBy: TickBy.default('digit'),
      afterTicks: z.array(z.string()).default(['enter']),
      /**
       * How a question with options takes a text: through the option whose label offers it ("Type something")
       * or the last one, and the keys that open the field once that option is selected. Without keys the
       * field is open as soon as the option is.
       */
      freeText: z
        .strictObject({
          through: z.enum(['offered', 'last']).default('offered'),
          open: z.array(z.string()).default([]),
        })
        .prefault({}),
      /** Keys that deny whatever is asked. */
      deny: z.array(z.string()).default(['escape']),
      /** A fresh dialog ignores or misreads keys for so long. */
      guardMs: z.int().min(0).max(10_000).default(500),
      /** The program takes so long to come back from Esc. */
      afterEscapeMs: z.int().min(0).max(10_000).default(300),
    })
    .prefault({}),
  submit: z
    .strictObject({
      paste: z.enum(['bracketed', 'plain']).default('bracketed'),
      /** The screen must be at rest for so long after the text. */
      settleMs: z.int().min(0).max(10_000).default(100),
      /** Enter comes at least so long after the text. */
      minimumMs: z.int().min(0).max(10_000).default(100),
      /** Longer text, in characters, goes into a file that the prompt names. */
      longest: z.int().min(100).max(1_000_000).default(10_000),
      /** Whether lines of a text stay lines (`keep`) or are joined by spaces. */
      newlines: z.enum(['keep', 'join']).default('keep'),
    })
    .prefault({}),
  /** What text typed during work does: it is queued, steers the work, or must wait. */
  whileBusy: z.enum(['queue', 'steer', 'wait']).default('wait'),
  account: AccountShape.optional(),
  /** How a session goes on that a limit or a failed login has stopped. */
  resume: z
    .strictObject({
      /** Submitted where the input box is in front; empty: only a person lets it go on. */
      text: z.string().max(500).default('continue'),
      /** The label of the option that waits, in a dialog about the limit; without it a person chooses. */
      wait: Pattern.optional(),
    })
    .prefault({}),
  /** How it ends: text to submit, or keys. */
  quit: z.strictObject({ text: z.string().optional(), keys: z.array(z.string()).default([]) }).prefault({}),
  /** Whether it is started behind the tap, which hears its reports. */
  tap: z.boolean().default(true),
})
export type AgentProfile = z.infer<typeof AgentProfile>

function compiles(pattern: string): boolean {
  try {
    new RegExp(pattern, 'u')
    return true
  } catch {
    return false
  }
}
