/** What needs a certain version of the protocol. The version is all the feature negotiation there is. */
import type { Requester } from './api-types.ts'
import { Iterm2Error } from './errors.ts'

/** The first version with each feature (major, minor), and how to call it in a sentence. */
const features = {
  'several-profile-assignments': [0, 69, 'setting several profile properties in one request'],
  'select-pane-in-direction': [1, 0, 'selecting the pane in a direction'],
  'prompt-monitor-modes': [1, 1, 'watching for the start and end of commands'],
  'status-bar-unread-count': [1, 2, 'unread counts in the status bar'],
  coprocesses: [1, 3, 'coprocesses'],
  'get-default-profile': [1, 4, 'asking for the default profile'],
  'prompt-ids': [1, 5, 'listing prompts and reading one by its id'],
  'list-arrangements': [1, 6, 'listing saved arrangements'],
  'context-menus': [1, 7, 'adding to context menus'],
  annotations: [1, 8, 'annotations'],
  'advanced-keystrokes': [1, 9, 'watching keys go up and modifiers change'],
  'file-panels': [1, 10, 'open and save panels'],
  'move-session': [1, 11, 'moving sessions'],
  'load-url': [1, 12, 'loading a URL in a browser session'],
  'move-session-out': [1, 13, 'moving a session to a new tab or window'],
  'apply-layout': [1, 14, 'applying a layout'],
  'prompt-excluded-subranges': [1, 15, 'the excluded parts of a prompt'],
  'apply-layout-new-sessions': [1, 16, 'new sessions in a layout'],
  screenshots: [1, 17, 'screenshots'],
} as const satisfies Record<string, readonly [major: number, minor: number, what: string]>

export type Feature = keyof typeof features

/** Whether the terminal's protocol version has the feature. Versions compare as pairs: 1.10 is after 1.9. */
export function supports(requester: Requester, feature: Feature): boolean {
  const [major, minor] = features[feature]
  const version = requester.protocolVersion
  return version.major > major || (version.major === major && version.minor >= minor)
}

/** @throws {Iterm2Error} `unsupported` when the terminal is too old for the feature. */
export function requireFeature(requester: Requester, feature: Feature): void {
  if (supports(requester, feature)) return
  const [major, minor, what] = features[feature]
  const version = requester.protocolVersion
  throw new Iterm2Error(
    'unsupported',
    `This terminal speaks version ${version.major}.${version.minor} of the API; ${what} needs ${major}.${minor}.`,
    { hint: 'Update iTerm2, or do without.' },
  )
}
