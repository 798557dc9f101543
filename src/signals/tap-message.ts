/** Reads what the tap tells through the terminal. */
import { z } from 'zod'
import { Report } from './report.ts'

/** Base64 of the longest message, in bytes; the tap cuts its texts to stay below. */
const longestPayload = 4_096

const TapFact = z.discriminatedUnion('type', [
  /** The program was started on the tap's PTY. `revision` is that of the Program Status draft it follows. */
  z.object({ type: z.literal('start'), pid: z.int(), program: z.string(), revision: z.string() }),
  z.object({ type: z.literal('report'), report: Report }),
  /** Title of the window (OSC 2) and of the tab (OSC 1). */
  z.object({ type: z.literal('title'), window: z.string(), icon: z.string() }),
  /** Bells so far. */
  z.object({ type: z.literal('bell'), count: z.int() }),
  z.object({
    type: z.literal('notification'),
    source: z.enum(['osc9', 'osc777', 'osc99']),
    title: z.string(),
    body: z.string(),
  }),
  /** A progress bar (OSC 9;4), or null when it went away. */
  z.object({
    type: z.literal('progress'),
    progress: z
      .object({
        state: z.enum(['normal', 'error', 'indeterminate', 'warning']),
        percent: z.number().min(0).max(100).nullable(),
      })
      .nullable(),
  }),
  /** Session status (OSC 21337), as the program wrote it. */
  z.object({ type: z.literal('status'), text: z.string() }),
  /** A mark of shell integration (OSC 133): prompt, command line, output, end of the command. */
  z.object({
    type: z.literal('prompt'),
    mark: z.enum(['A', 'B', 'C', 'D']),
    exitCode: z.int().optional(),
  }),
  z.object({
    type: z.literal('modes'),
    bracketedPaste: z.boolean(),
    alternateScreen: z.boolean(),
    focusReporting: z.boolean(),
    mouse: z.enum(['none', 'x10', 'vt200', 'drag', 'any']),
    /** The program draws in synchronised updates. Whether one is open right now would be stale on arrival. */
    synchronizedOutput: z.boolean(),
    /** Flags of the kitty keyboard protocol in force on the present screen; 0 when it is not used. */
    kittyKeyboard: z.int(),
  }),
  /** The program ended. `signal` is the name of the one that killed it. */
  z.object({ type: z.literal('exit'), exitCode: z.int(), signal: z.string().optional() }),
])
export type TapFact = z.infer<typeof TapFact>

const TapMessage = z.object({
  v: z.literal(1),
  /** Number of the message, from 1: a gap tells that some were lost. */
  n: z.int().positive(),
  fact: TapFact,
})
export type TapMessage = z.infer<typeof TapMessage>

/**
 * Decodes the payload of `OSC 1337 ; Custom=id=<identity>:<payload>`, once the identity was found to be the
 * session's. Undefined for anything that no tap of this version sends.
 */
export function decodeTapPayload(payload: string): TapMessage | undefined {
  if (payload.length > longestPayload) return undefined
  const bytes = Buffer.from(payload, 'base64')
  if (bytes.toString('base64') !== payload) return undefined
  try {
    const message = TapMessage.safeParse(JSON.parse(bytes.toString('utf8')))
    return message.success ? message.data : undefined
  } catch {
    return undefined
  }
}
