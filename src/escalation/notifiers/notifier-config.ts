/** The part `notifiers:` of config.yaml: which ways there are to tell people, and what for. */
import { z } from 'zod'
import { BlockerKind } from '../../agents/session-state.ts'
import { Level } from '../escalation.ts'
import { compareUrgency, type Notice, Urgency } from './notice.ts'

const common = {
  /** What results and `notify test` call it. */
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/, 'letters, digits, dots, hyphens and underscores'),
  /** On these levels of the ladder, beside the mailbox that is asked there; absent: where people are asked. */
  levels: z
    .array(Level.exclude(['policy']))
    .min(1)
    .default(['human']),
  /** Only for these kinds of blockers; absent: all. */
  kinds: z.array(BlockerKind).optional(),
  /** Only from this urgency on. */
  minUrgency: Urgency.default('low'),
  /** `false`: it is told in quiet hours, too. */
  quiet: z.boolean().default(true),
}

/** A secret is named, never written here: a variable of the environment, or a file. */
const secretFrom = { env: z.string().min(1).optional(), file: z.string().min(1).optional() }

const Desktop = z.strictObject({
  ...common,
  type: z.literal('desktop'),
  /** Sound of macOS, such as `Glass`; absent: none. */
  sound: z.string().optional(),
})

const Command = z.strictObject({
  ...common,
  type: z.literal('command'),
  /** A program with its arguments, or a line for the shell. */
  command: z.union([z.string().min(1), z.array(z.string()).min(1)]),
  timeoutSeconds: z.number().positive().max(300).default(10),
})

const Webhook = z.strictObject({
  ...common,
  type: z.literal('webhook'),
  /** `http:` only to this computer, or with `insecure`. An address that is a secret itself: `urlEnv`, `urlFile`. */
  url: z.url({ protocol: /^https?$/ }).optional(),
  urlEnv: secretFrom.env,
  urlFile: secretFrom.file,
  shape: z.enum(['json', 'ntfy', 'slack']).default('json'),
  /** Sent as `Authorization: Bearer …`. */
  tokenEnv: secretFrom.env,
  tokenFile: secretFrom.file,
  /** Signs what is sent (HMAC-SHA256). */
  secretEnv: secretFrom.env,
  secretFile: secretFrom.file,
  insecure: z.boolean().default(false),
  timeoutSeconds: z.number().positive().max(120).default(10),
  /** All tries together. */
  attempts: z.int().min(1).max(10).default(4),
})

export type CommandConfig = z.infer<typeof Command>
export type WebhookConfig = z.infer<typeof Webhook>
export type NotifierConfig = z.infer<typeof Desktop> | CommandConfig | WebhookConfig

export const NotifierConfigs = z
  .array(z.discriminatedUnion('type', [Desktop, Command, Webhook]))
  .superRefine((notifiers, context) => {
    const names = new Set<string>()
    for (const [index, notifier] of notifiers.entries()) {
      const say = (message: string) => context.addIssue({ code: 'custom', path: [index], message })
      if (names.has(notifier.name)) say(`a second notifier is called ${notifier.name}`)
      names.add(notifier.name)
      if (notifier.type !== 'webhook') continue
      const { url, urlEnv, urlFile, tokenEnv, tokenFile, secretEnv, secretFile } = notifier
      if (count(url, urlEnv, urlFile) !== 1) say('it needs one of url, urlEnv and urlFile')
      if (count(tokenEnv, tokenFile) > 1) say('tokenEnv and tokenFile exclude each other')
      if (count(secretEnv, secretFile) > 1) say('secretEnv and secretFile exclude each other')
    }
  })

/** When the configuration says nothing: the notifications of the desktop. */
export const defaultNotifiers: readonly NotifierConfig[] = [
  { type: 'desktop', name: 'desktop', levels: ['human'], minUrgency: 'low', quiet: true },
]

/** Whether the notifier is meant for this notice, on this level of the ladder. */
export function isFor(
  config: NotifierConfig,
  notice: Pick<Notice, 'kind' | 'urgency'>,
  level: Level,
): boolean {
  const { levels, kinds, minUrgency } = config
  const asked: readonly Level[] = levels
  const kind = BlockerKind.safeParse(notice.kind)
  // A digest is of several kinds.
  const kindFits = kinds === undefined || !kind.success || kinds.includes(kind.data)
  return kindFits && asked.includes(level) && compareUrgency(notice.urgency, minUrgency) >= 0
}

function count(...values: (string | undefined)[]): number {
  return values.filter((value) => value !== undefined).length
}
