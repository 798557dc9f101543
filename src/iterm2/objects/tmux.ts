/** tmux in iTerm2's integration (control mode). */
import { TmuxResponseStatus } from '../../messages/iterm2.ts'
import type { Requester } from '../api-types.ts'
import { call, requireOk } from '../call.ts'
import { Iterm2Error } from '../errors.ts'

/** One tmux server that iTerm2 shows the windows of. */
export class TmuxConnection {
  readonly id: string
  /** The session in which `tmux -CC` runs. */
  readonly owningSession: string
  readonly #requester: Requester

  constructor(requester: Requester, id: string, owningSession: string) {
    this.#requester = requester
    this.id = id
    this.owningSession = owningSession
  }

  /**
   * Runs a tmux command and gives its output.
   * @throws {Iterm2Error} `rejected` also when tmux itself refused the command.
   */
  async sendCommand(command: string): Promise<string> {
    const reply = await call(this.#requester, 'tmux', { sendCommand: { connectionId: this.id, command } })
    requireOk('run the tmux command', reply.status, TmuxResponseStatus)
    const output = reply.sendCommand?.output
    if (output === undefined) throw new Iterm2Error('rejected', 'tmux refused the command.')
    return output
  }

  /** Shows or hides a tmux window, by the `tmuxWindowId` of its tab. */
  async setWindowVisible(windowId: string, visible: boolean): Promise<void> {
    const setWindowVisible = { connectionId: this.id, windowId, visible }
    const reply = await call(this.#requester, 'tmux', { setWindowVisible })
    requireOk('show or hide the tmux window', reply.status, TmuxResponseStatus)
  }

  /** Opens a tmux window, as a tab beside the tmux window `affinity` if given; gives the id of its tab. */
  async createWindow(affinity?: string): Promise<string> {
    const createWindow = { connectionId: this.id, ...(affinity === undefined ? {} : { affinity }) }
    const reply = await call(this.#requester, 'tmux', { createWindow })
    requireOk('open a tmux window', reply.status, TmuxResponseStatus)
    const tab = reply.createWindow?.tabId
    if (tab === undefined) throw new Iterm2Error('malformed-reply', 'The terminal did not name the new tab.')
    return tab
  }
}

export async function listTmuxConnections(requester: Requester): Promise<TmuxConnection[]> {
  const reply = await call(requester, 'tmux', { listConnections: {} })
  requireOk('list the tmux connections', reply.status, TmuxResponseStatus)
  return (reply.listConnections?.connections ?? []).map(
    ({ connectionId = '', owningSessionId = '' }) =>
      new TmuxConnection(requester, connectionId, owningSessionId),
  )
}
