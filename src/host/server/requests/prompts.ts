/** Reads the shell prompts that a session has seen. */
import { GetPromptResponseStatus, ListPromptsResponseStatus } from '../../../messages/iterm2.ts'
import type { RequestHandlers } from '../../handler.ts'
import type { Host } from '../../host.ts'

export function promptHandlers(host: Host): Pick<RequestHandlers, 'getPrompt' | 'listPrompts'> {
  return {
    getPrompt({ session: id = '', uniquePromptId }) {
      const session = host.find(id)
      if (!session) return { status: GetPromptResponseStatus.SESSION_NOT_FOUND }
      const prompt = session.prompt(uniquePromptId)
      if (!prompt) return { status: GetPromptResponseStatus.PROMPT_UNAVAILABLE }
      return { ...prompt, status: GetPromptResponseStatus.OK }
    },

    /** A bound that is not known, or no more, does not bound. */
    listPrompts({ session: id = '', firstUniqueId, lastUniqueId }) {
      const session = host.find(id)
      if (!session) return { status: ListPromptsResponseStatus.SESSION_NOT_FOUND }
      const ids = session.promptIds()
      const first = firstUniqueId === undefined ? 0 : Math.max(0, ids.indexOf(firstUniqueId))
      const last = lastUniqueId === undefined ? -1 : ids.indexOf(lastUniqueId)
      const uniquePromptId = ids.slice(first, last === -1 ? ids.length : last + 1)
      return { status: ListPromptsResponseStatus.OK, uniquePromptId }
    },
  }
}
