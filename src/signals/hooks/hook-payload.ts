/** What agents give to their hooks, as far as it is of use. */
import { z } from 'zod'

/** Agents change their payloads with every release: what is not as expected is as good as absent. */
const text = z.string().optional().catch(undefined)
const option = z.union([z.string(), z.object({ label: z.string() }).transform(({ label }) => label)])
export const Question = z.object({
  question: z.string(),
  options: z.array(option).catch([]),
  multiSelect: z.boolean().catch(false),
})

export const HookPayload = z.object({
  hook_event_name: text,
  session_id: text,
  transcript_path: text,
  cwd: text,
  source: text,
  reason: text,
  prompt: text,
  message: text,
  error: text,
  notification_type: text,
  agent_id: text,
  tool_name: text,
  last_assistant_message: text,
  prompt_response: text,
  tool_input: z
    .object({
      command: text,
      file_path: text,
      url: text,
      description: text,
      plan: text,
      questions: z.array(Question).optional().catch(undefined),
    })
    .optional()
    .catch(undefined),
  details: z.object({ type: text, title: text, command: text }).optional().catch(undefined),
  background_tasks: z.array(z.unknown()).optional().catch(undefined),
  /** What Codex gives to its `notify` program has names of its own. */
  type: text,
  'thread-id': text,
  'last-assistant-message': text,
})
export type HookPayload = z.infer<typeof HookPayload>
