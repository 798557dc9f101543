/** `iterm-orch/iterm2`: a client library for the scripting API of iTerm2. */
export type * from './api-types.ts'
export { AppleScriptError, runAppleScript } from './applescript.ts'
export type { BackOffOptions } from './back-off.ts'
export { BoundedQueue } from './bounded-queue.ts'
export { statusName } from './call.ts'
export { Client } from './client.ts'
export type * from './client-types.ts'
export type { Connection, FunctionRegistrar } from './connection.ts'
export { type ConnectionReport, type ConnectionState, describeState, reportOf } from './connection-state.ts'
export { Iterm2Error, type Iterm2ErrorCode } from './errors.ts'
export { type Feature, requireFeature, supports } from './features.ts'
export type { JsonValue } from './json.ts'
export type { Monitor, MonitorOptions } from './monitor.ts'
export type { NotificationStream } from './notification-stream.ts'
export { type ActivateOptions, type ActivateTarget, activate } from './objects/activate.ts'
export { type App, type AppEvents, openApp } from './objects/app.ts'
export {
  getBroadcastDomains,
  getMenuItemState,
  listArrangements,
  listColorPresets,
  type MenuItemState,
  readColorPreset,
  restoreArrangement,
  saveArrangement,
  selectMenuItem,
  setBroadcastDomains,
} from './objects/application.ts'
export { type Color, colorFromHex, colorToHex } from './objects/color.ts'
export type { FocusChange } from './objects/focus.ts'
export {
  filterKeystrokes,
  type Keystroke,
  type KeystrokePattern,
  type Modifier,
  watchKeystrokes,
} from './objects/keystrokes.ts'
export { applyLayout, type Layout, type LayoutPane } from './objects/layout.ts'
export {
  type CustomSequence,
  sessionIdsOf,
  watchCustomSequences,
  watchEachSession,
  watchFocus,
  watchLayout,
  watchNewSessions,
  watchTerminations,
} from './objects/lifecycle.ts'
export {
  closeById,
  createTab,
  type SessionOptions,
  type SplitOptions,
  splitPane,
  type TabOptions,
} from './objects/open.ts'
export { getPreference, setDefaultProfile, setPreference } from './objects/preferences.ts'
export {
  listProfiles,
  type Profile,
  readDefaultProfile,
  readSessionProfile,
  setProfileProperties,
} from './objects/profile.ts'
export type { ProfileChanges, ProfileProperties, TitleComponent } from './objects/profile-fields.ts'
export {
  type CellRange,
  listPrompts,
  type Prompt,
  type PromptEvent,
  readPrompt,
  watchPrompts,
} from './objects/prompts.ts'
export { getProperty, setProperty } from './objects/properties.ts'
export { Session, type SessionPlace, type SessionSource, sessionIdFrom } from './objects/session.ts'
export {
  decodeSplitter,
  encodeSplitter,
  encodeSummary,
  mapSplitter,
  type PaneSummary,
  panesOf,
  type Rectangle,
  type Splitter,
} from './objects/splitter.ts'
export type { Tab } from './objects/tab.ts'
export { listTmuxConnections, type TmuxConnection } from './objects/tmux.ts'
export { transaction } from './objects/transaction.ts'
export {
  getAllVariables,
  getVariable,
  getVariables,
  setVariable,
  type VariableChange,
  type VariableOwner,
  type WatchedOwner,
  watchVariable,
} from './objects/variables.ts'
export type { TabSource, Window } from './objects/window.ts'
export { probeIterm2 } from './probe.ts'
export { type Cell, Line } from './screen/line.ts'
export {
  type LineInfo,
  readLineInfo,
  readLines,
  readRange,
  readScreen,
  readTrailing,
} from './screen/read.ts'
export { type Cursor, joinWrapped, type LogicalLine, Screen } from './screen/screen.ts'
export { readSelectedText, readSelection, type SubSelection, setSelection } from './screen/selection.ts'
export { type ScreenStream, type ScreenStreamEvents, streamScreen } from './screen/stream.ts'
export type { CellColor, Style, StyleRun } from './screen/style.ts'
export {
  askForText,
  type DialogOptions,
  type FilePanelOptions,
  type FormAnswer,
  type FormOptions,
  showAlert,
  showForm,
  showOpenPanel,
  showSavePanel,
} from './scripting/dialogs.ts'
export {
  type Expression,
  type InvocationArguments,
  type InvocationValue,
  invocation,
  quoteString,
  reference,
  variable,
} from './scripting/invocation.ts'
export { type InvocationContext, invokeFunction } from './scripting/invoke.ts'
export {
  type Knob,
  openStatusBarPopover,
  type RoleFunction,
  registerContextMenuItem,
  registerStatusBarComponent,
  registerTitleProvider,
  registerWebViewTool,
  type StatusBarComponent,
  setStatusBarUnreadCount,
} from './scripting/roles.ts'
export { defaultSocketPath } from './socket-location.ts'
