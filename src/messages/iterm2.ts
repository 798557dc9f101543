// Generated from proto/iterm2.proto by `npm run generate`; do not edit.
//
// A field that was absent on the wire reads as undefined. int64 fields are numbers: the codec refuses
// values beyond 2^53. Enum fields may hold numbers that this version does not know.

/** How a selection grows when dragged. */
export const SelectionMode = {
  CHARACTER: 0,
  WORD: 1,
  LINE: 2,
  SMART: 3,
  BOX: 4,
  WHOLE_LINE: 5,
} as const
export type SelectionMode = (typeof SelectionMode)[keyof typeof SelectionMode]

export const NotificationType = {
  NOTIFY_ON_KEYSTROKE: 1,
  NOTIFY_ON_SCREEN_UPDATE: 2,
  NOTIFY_ON_PROMPT: 3,
  /** Never subscribe to it: the handler is gone and the application may abort. */
  NOTIFY_ON_LOCATION_CHANGE: 4,
  NOTIFY_ON_CUSTOM_ESCAPE_SEQUENCE: 5,
  NOTIFY_ON_VARIABLE_CHANGE: 12,
  /** Sends nothing; matching keys are withheld from the program. */
  KEYSTROKE_FILTER: 14,
  NOTIFY_ON_NEW_SESSION: 6,
  NOTIFY_ON_TERMINATE_SESSION: 7,
  NOTIFY_ON_LAYOUT_CHANGE: 8,
  NOTIFY_ON_FOCUS_CHANGE: 9,
  NOTIFY_ON_SERVER_ORIGINATED_RPC: 10,
  NOTIFY_ON_BROADCAST_CHANGE: 11,
  /** Never subscribe to it: it has no handler and the application may abort. */
  NOTIFY_ON_PROFILE_CHANGE: 13,
} as const
export type NotificationType = (typeof NotificationType)[keyof typeof NotificationType]

export const Modifiers = {
  CONTROL: 1,
  OPTION: 2,
  COMMAND: 3,
  SHIFT: 4,
  FUNCTION: 5,
  NUMPAD: 6,
} as const
export type Modifiers = (typeof Modifiers)[keyof typeof Modifiers]

/** Whose variables are meant. */
export const VariableScope = {
  SESSION: 1,
  TAB: 2,
  WINDOW: 3,
  APP: 4,
} as const
export type VariableScope = (typeof VariableScope)[keyof typeof VariableScope]

export const PromptMonitorMode = {
  PROMPT: 1,
  COMMAND_START: 2,
  COMMAND_END: 3,
} as const
export type PromptMonitorMode = (typeof PromptMonitorMode)[keyof typeof PromptMonitorMode]

/** Colours that are not in the palette. */
export const AlternateColor = {
  DEFAULT: 0,
  REVERSED_DEFAULT: 3,
  SYSTEM_MESSAGE: 4,
} as const
export type AlternateColor = (typeof AlternateColor)[keyof typeof AlternateColor]

export const ImagePlaceholderType = {
  NONE: 0,
  ITERM2: 1,
  KITTY: 2,
} as const
export type ImagePlaceholderType = (typeof ImagePlaceholderType)[keyof typeof ImagePlaceholderType]

/** Everything a client sends. One of these per binary WebSocket message. */
export interface ClientOriginatedMessage {
  /** Chosen by the client, copied into the reply. Ours start at 1: an absent id reads as 0. */
  id?: number
  getBufferRequest?: GetBufferRequest
  getPromptRequest?: GetPromptRequest
  transactionRequest?: TransactionRequest
  notificationRequest?: NotificationRequest
  registerToolRequest?: RegisterToolRequest
  setProfilePropertyRequest?: SetProfilePropertyRequest
  listSessionsRequest?: ListSessionsRequest
  sendTextRequest?: SendTextRequest
  createTabRequest?: CreateTabRequest
  splitPaneRequest?: SplitPaneRequest
  getProfilePropertyRequest?: GetProfilePropertyRequest
  setPropertyRequest?: SetPropertyRequest
  getPropertyRequest?: GetPropertyRequest
  injectRequest?: InjectRequest
  activateRequest?: ActivateRequest
  variableRequest?: VariableRequest
  savedArrangementRequest?: SavedArrangementRequest
  focusRequest?: FocusRequest
  listProfilesRequest?: ListProfilesRequest
  serverOriginatedRpcResultRequest?: ServerOriginatedRPCResultRequest
  restartSessionRequest?: RestartSessionRequest
  menuItemRequest?: MenuItemRequest
  setTabLayoutRequest?: SetTabLayoutRequest
  getBroadcastDomainsRequest?: GetBroadcastDomainsRequest
  tmuxRequest?: TmuxRequest
  reorderTabsRequest?: ReorderTabsRequest
  preferencesRequest?: PreferencesRequest
  colorPresetRequest?: ColorPresetRequest
  selectionRequest?: SelectionRequest
  statusBarComponentRequest?: StatusBarComponentRequest
  setBroadcastDomainsRequest?: SetBroadcastDomainsRequest
  closeRequest?: CloseRequest
  invokeFunctionRequest?: InvokeFunctionRequest
  listPromptsRequest?: ListPromptsRequest
  screenshotRequest?: ScreenshotRequest
}

/** Everything the terminal sends: a reply, an error, or a notification. */
export interface ServerOriginatedMessage {
  id?: number
  /** Set in place of a reply when the request was not understood. */
  error?: string
  getBufferResponse?: GetBufferResponse
  getPromptResponse?: GetPromptResponse
  transactionResponse?: TransactionResponse
  notificationResponse?: NotificationResponse
  registerToolResponse?: RegisterToolResponse
  setProfilePropertyResponse?: SetProfilePropertyResponse
  listSessionsResponse?: ListSessionsResponse
  sendTextResponse?: SendTextResponse
  createTabResponse?: CreateTabResponse
  splitPaneResponse?: SplitPaneResponse
  getProfilePropertyResponse?: GetProfilePropertyResponse
  setPropertyResponse?: SetPropertyResponse
  getPropertyResponse?: GetPropertyResponse
  injectResponse?: InjectResponse
  activateResponse?: ActivateResponse
  variableResponse?: VariableResponse
  savedArrangementResponse?: SavedArrangementResponse
  focusResponse?: FocusResponse
  listProfilesResponse?: ListProfilesResponse
  serverOriginatedRpcResultResponse?: ServerOriginatedRPCResultResponse
  restartSessionResponse?: RestartSessionResponse
  menuItemResponse?: MenuItemResponse
  setTabLayoutResponse?: SetTabLayoutResponse
  getBroadcastDomainsResponse?: GetBroadcastDomainsResponse
  tmuxResponse?: TmuxResponse
  reorderTabsResponse?: ReorderTabsResponse
  preferencesResponse?: PreferencesResponse
  colorPresetResponse?: ColorPresetResponse
  selectionResponse?: SelectionResponse
  statusBarComponentResponse?: StatusBarComponentResponse
  setBroadcastDomainsResponse?: SetBroadcastDomainsResponse
  closeResponse?: CloseResponse
  invokeFunctionResponse?: InvokeFunctionResponse
  listPromptsResponse?: ListPromptsResponse
  screenshotResponse?: ScreenshotResponse
  /** The only unsolicited content; such a message has no id. Test for it before looking at the id. */
  notification?: Notification
}

/** Evaluates an expression such as `iterm2.set_name(name: "x")` in the scope of the chosen object. */
export interface InvokeFunctionRequest {
  tab?: InvokeFunctionRequestTab
  session?: InvokeFunctionRequestSession
  window?: InvokeFunctionRequestWindow
  app?: InvokeFunctionRequestApp
  method?: InvokeFunctionRequestMethod
  invocation?: string
  /** Seconds; negative means the terminal's own default of 30. */
  timeout?: number
}

export interface InvokeFunctionRequestTab {
  tabId?: string
}

export interface InvokeFunctionRequestSession {
  sessionId?: string
}

export interface InvokeFunctionRequestWindow {
  windowId?: string
}

export type InvokeFunctionRequestApp = Record<string, never>

/** Calls the function as a method of the object with this session, tab or window id. */
export interface InvokeFunctionRequestMethod {
  receiver?: string
}

export interface InvokeFunctionResponse {
  error?: InvokeFunctionResponseError
  success?: InvokeFunctionResponseSuccess
}

export const InvokeFunctionResponseStatus = {
  TIMEOUT: 1,
  FAILED: 2,
  REQUEST_MALFORMED: 3,
  INVALID_ID: 4,
} as const
export type InvokeFunctionResponseStatus = (typeof InvokeFunctionResponseStatus)[keyof typeof InvokeFunctionResponseStatus]

export interface InvokeFunctionResponseError {
  status?: InvokeFunctionResponseStatus
  errorReason?: string
}

export interface InvokeFunctionResponseSuccess {
  jsonResult?: string
}

/** Closes any number of objects of one kind; without force the user may be asked. */
export interface CloseRequest {
  tabs?: CloseRequestCloseTabs
  sessions?: CloseRequestCloseSessions
  windows?: CloseRequestCloseWindows
  force?: boolean
}

export interface CloseRequestCloseTabs {
  tabIds?: string[]
}

export interface CloseRequestCloseSessions {
  sessionIds?: string[]
}

export interface CloseRequestCloseWindows {
  windowIds?: string[]
}

/** One status per identifier, in the order of the request. */
export interface CloseResponse {
  statuses?: CloseResponseStatus[]
}

export const CloseResponseStatus = {
  OK: 0,
  NOT_FOUND: 1,
  USER_DECLINED: 2,
} as const
export type CloseResponseStatus = (typeof CloseResponseStatus)[keyof typeof CloseResponseStatus]

/** Replaces all broadcast domains of all windows. */
export interface SetBroadcastDomainsRequest {
  broadcastDomains?: BroadcastDomain[]
}

export interface SetBroadcastDomainsResponse {
  status?: SetBroadcastDomainsResponseStatus
}

export const SetBroadcastDomainsResponseStatus = {
  OK: 0,
  SESSION_NOT_FOUND: 1,
  BROADCAST_DOMAINS_NOT_DISJOINT: 2,
  SESSIONS_NOT_IN_SAME_WINDOW: 3,
} as const
export type SetBroadcastDomainsResponseStatus = (typeof SetBroadcastDomainsResponseStatus)[keyof typeof SetBroadcastDomainsResponseStatus]

/** Acts on a status bar component that a script registered. */
export interface StatusBarComponentRequest {
  openPopover?: StatusBarComponentRequestOpenPopover
  identifier?: string
}

export interface StatusBarComponentRequestOpenPopover {
  sessionId?: string
  html?: string
  size?: Size
}

export interface StatusBarComponentResponse {
  status?: StatusBarComponentResponseStatus
}

export const StatusBarComponentResponseStatus = {
  OK: 0,
  SESSION_NOT_FOUND: 1,
  REQUEST_MALFORMED: 2,
  INVALID_IDENTIFIER: 3,
} as const
export type StatusBarComponentResponseStatus = (typeof StatusBarComponentResponseStatus)[keyof typeof StatusBarComponentResponseStatus]

/** A range of cells, optionally cut to a vertical strip of columns. */
export interface WindowedCoordRange {
  coordRange?: CoordRange
  columns?: Range
}

export interface SubSelection {
  windowedCoordRange?: WindowedCoordRange
  selectionMode?: SelectionMode
  connected?: boolean
}

/** May consist of several parts. */
export interface Selection {
  subSelections?: SubSelection[]
}

/** Reads or replaces the selection of a session. */
export interface SelectionRequest {
  getSelectionRequest?: SelectionRequestGetSelectionRequest
  setSelectionRequest?: SelectionRequestSetSelectionRequest
}

export interface SelectionRequestGetSelectionRequest {
  sessionId?: string
}

export interface SelectionRequestSetSelectionRequest {
  sessionId?: string
  selection?: Selection
}

export interface SelectionResponse {
  status?: SelectionResponseStatus
  getSelectionResponse?: SelectionResponseGetSelectionResponse
  setSelectionResponse?: SelectionResponseSetSelectionResponse
}

export const SelectionResponseStatus = {
  OK: 0,
  INVALID_SESSION: 1,
  INVALID_RANGE: 2,
  REQUEST_MALFORMED: 3,
} as const
export type SelectionResponseStatus = (typeof SelectionResponseStatus)[keyof typeof SelectionResponseStatus]

export interface SelectionResponseGetSelectionResponse {
  selection?: Selection
}

export type SelectionResponseSetSelectionResponse = Record<string, never>

/** Lists the colour presets or reads one. */
export interface ColorPresetRequest {
  listPresets?: ColorPresetRequestListPresets
  getPreset?: ColorPresetRequestGetPreset
}

export type ColorPresetRequestListPresets = Record<string, never>

export interface ColorPresetRequestGetPreset {
  name?: string
}

export interface ColorPresetResponse {
  listPresets?: ColorPresetResponseListPresets
  getPreset?: ColorPresetResponseGetPreset
  status?: ColorPresetResponseStatus
}

export const ColorPresetResponseStatus = {
  OK: 0,
  PRESET_NOT_FOUND: 1,
  REQUEST_MALFORMED: 2,
} as const
export type ColorPresetResponseStatus = (typeof ColorPresetResponseStatus)[keyof typeof ColorPresetResponseStatus]

export interface ColorPresetResponseListPresets {
  name?: string[]
}

export interface ColorPresetResponseGetPreset {
  colorSettings?: ColorPresetResponseGetPresetColorSetting[]
}

export interface ColorPresetResponseGetPresetColorSetting {
  red?: number
  green?: number
  blue?: number
  alpha?: number
  colorSpace?: string
  key?: string
}

/** A batch of reads and writes of application preferences. */
export interface PreferencesRequest {
  requests?: PreferencesRequestRequest[]
}

export interface PreferencesRequestRequest {
  setPreferenceRequest?: PreferencesRequestRequestSetPreference
  getPreferenceRequest?: PreferencesRequestRequestGetPreference
  setDefaultProfileRequest?: PreferencesRequestRequestSetDefaultProfile
  getDefaultProfileRequest?: PreferencesRequestRequestGetDefaultProfile
}

export interface PreferencesRequestRequestSetPreference {
  key?: string
  /** JSON text. */
  jsonValue?: string
}

export interface PreferencesRequestRequestGetPreference {
  key?: string
}

export interface PreferencesRequestRequestSetDefaultProfile {
  guid?: string
}

export type PreferencesRequestRequestGetDefaultProfile = Record<string, never>

export interface PreferencesResponse {
  results?: PreferencesResponseResult[]
}

export interface PreferencesResponseResult {
  unrecognizedRequest?: PreferencesResponseResultUnrecognizedResult
  setPreferenceResult?: PreferencesResponseResultSetPreferenceResult
  getPreferenceResult?: PreferencesResponseResultGetPreferenceResult
  setDefaultProfileResult?: PreferencesResponseResultSetDefaultProfileResult
  getDefaultProfileResult?: PreferencesResponseResultGetDefaultProfileResult
}

export interface PreferencesResponseResultSetPreferenceResult {
  status?: PreferencesResponseResultSetPreferenceResultStatus
}

export const PreferencesResponseResultSetPreferenceResultStatus = {
  OK: 0,
  BAD_JSON: 1,
  INVALID_VALUE: 2,
} as const
export type PreferencesResponseResultSetPreferenceResultStatus = (typeof PreferencesResponseResultSetPreferenceResultStatus)[keyof typeof PreferencesResponseResultSetPreferenceResultStatus]

export interface PreferencesResponseResultGetPreferenceResult {
  jsonValue?: string
}

export interface PreferencesResponseResultSetDefaultProfileResult {
  status?: PreferencesResponseResultSetDefaultProfileResultStatus
}

export const PreferencesResponseResultSetDefaultProfileResultStatus = {
  OK: 0,
  BAD_GUID: 1,
} as const
export type PreferencesResponseResultSetDefaultProfileResultStatus = (typeof PreferencesResponseResultSetDefaultProfileResultStatus)[keyof typeof PreferencesResponseResultSetDefaultProfileResultStatus]

export type PreferencesResponseResultUnrecognizedResult = Record<string, never>

export interface PreferencesResponseResultGetDefaultProfileResult {
  guid?: string
}

/** Moves the listed tabs to the front of the listed windows, in order. */
export interface ReorderTabsRequest {
  assignments?: ReorderTabsRequestAssignment[]
}

export interface ReorderTabsRequestAssignment {
  windowId?: string
  tabIds?: string[]
}

export interface ReorderTabsResponse {
  status?: ReorderTabsResponseStatus
}

export const ReorderTabsResponseStatus = {
  OK: 0,
  INVALID_ASSIGNMENT: 1,
  INVALID_WINDOW_ID: 2,
  INVALID_TAB_ID: 3,
} as const
export type ReorderTabsResponseStatus = (typeof ReorderTabsResponseStatus)[keyof typeof ReorderTabsResponseStatus]

/** Works with tmux integration (control mode) connections. */
export interface TmuxRequest {
  listConnections?: TmuxRequestListConnections
  sendCommand?: TmuxRequestSendCommand
  setWindowVisible?: TmuxRequestSetWindowVisible
  createWindow?: TmuxRequestCreateWindow
}

export type TmuxRequestListConnections = Record<string, never>

export interface TmuxRequestSendCommand {
  connectionId?: string
  command?: string
}

export interface TmuxRequestSetWindowVisible {
  connectionId?: string
  windowId?: string
  visible?: boolean
}

export interface TmuxRequestCreateWindow {
  connectionId?: string
  affinity?: string
}

export interface TmuxResponse {
  listConnections?: TmuxResponseListConnections
  sendCommand?: TmuxResponseSendCommand
  setWindowVisible?: TmuxResponseSetWindowVisible
  createWindow?: TmuxResponseCreateWindow
  status?: TmuxResponseStatus
}

export const TmuxResponseStatus = {
  OK: 0,
  INVALID_REQUEST: 1,
  INVALID_CONNECTION_ID: 2,
  INVALID_WINDOW_ID: 3,
} as const
export type TmuxResponseStatus = (typeof TmuxResponseStatus)[keyof typeof TmuxResponseStatus]

export interface TmuxResponseListConnections {
  connections?: TmuxResponseListConnectionsConnection[]
}

export interface TmuxResponseListConnectionsConnection {
  connectionId?: string
  owningSessionId?: string
}

export interface TmuxResponseSendCommand {
  output?: string
}

export type TmuxResponseSetWindowVisible = Record<string, never>

export interface TmuxResponseCreateWindow {
  tabId?: string
}

/** Asks for all broadcast domains. */
export type GetBroadcastDomainsRequest = Record<string, never>

/** Sessions that receive the same typing. */
export interface BroadcastDomain {
  sessionIds?: string[]
}

export interface GetBroadcastDomainsResponse {
  broadcastDomains?: BroadcastDomain[]
}

/** Asks for new pane sizes. Only the grid sizes of the leaves matter; the shape of the tree must be today's. */
export interface SetTabLayoutRequest {
  root?: SplitTreeNode
  tabId?: string
}

export interface SetTabLayoutResponse {
  status?: SetTabLayoutResponseStatus
}

export const SetTabLayoutResponseStatus = {
  OK: 0,
  BAD_TAB_ID: 1,
  WRONG_TREE: 2,
  INVALID_SIZE: 3,
} as const
export type SetTabLayoutResponseStatus = (typeof SetTabLayoutResponseStatus)[keyof typeof SetTabLayoutResponseStatus]

/** Chooses a menu item, or only asks whether it is ticked and enabled. */
export interface MenuItemRequest {
  identifier?: string
  queryOnly?: boolean
}

export interface MenuItemResponse {
  status?: MenuItemResponseStatus
  checked?: boolean
  enabled?: boolean
}

export const MenuItemResponseStatus = {
  OK: 0,
  BAD_IDENTIFIER: 1,
  DISABLED: 2,
} as const
export type MenuItemResponseStatus = (typeof MenuItemResponseStatus)[keyof typeof MenuItemResponseStatus]

/** Starts the program of a session again. */
export interface RestartSessionRequest {
  sessionId?: string
  onlyIfExited?: boolean
}

export interface RestartSessionResponse {
  status?: RestartSessionResponseStatus
}

export const RestartSessionResponseStatus = {
  OK: 0,
  SESSION_NOT_FOUND: 1,
  SESSION_NOT_RESTARTABLE: 2,
} as const
export type RestartSessionResponseStatus = (typeof RestartSessionResponseStatus)[keyof typeof RestartSessionResponseStatus]

/** The answer to a call that the terminal made to a function registered by this client. */
export interface ServerOriginatedRPCResultRequest {
  requestId?: string
  jsonException?: string
  jsonValue?: string
}

export type ServerOriginatedRPCResultResponse = Record<string, never>

/** Reads profiles, all or by GUID, whole or only some keys. */
export interface ListProfilesRequest {
  properties?: string[]
  guids?: string[]
}

export interface ListProfilesResponse {
  profiles?: ListProfilesResponseProfile[]
}

export interface ListProfilesResponseProfile {
  properties?: ProfileProperty[]
}

/** Asks what has the focus; the reply is a list of focus notifications. */
export type FocusRequest = Record<string, never>

export interface FocusResponse {
  notifications?: FocusChangedNotification[]
}

/** Saves, restores or lists window arrangements. */
export interface SavedArrangementRequest {
  name?: string
  /** Beware: absent means RESTORE. */
  action?: SavedArrangementRequestAction
  windowId?: string
}

export const SavedArrangementRequestAction = {
  RESTORE: 0,
  SAVE: 1,
  LIST: 2,
} as const
export type SavedArrangementRequestAction = (typeof SavedArrangementRequestAction)[keyof typeof SavedArrangementRequestAction]

export interface SavedArrangementResponse {
  status?: SavedArrangementResponseStatus
  names?: string[]
}

export const SavedArrangementResponseStatus = {
  OK: 0,
  ARRANGEMENT_NOT_FOUND: 1,
  WINDOW_NOT_FOUND: 2,
  REQUEST_MALFORMED: 3,
} as const
export type SavedArrangementResponseStatus = (typeof SavedArrangementResponseStatus)[keyof typeof SavedArrangementResponseStatus]

/** Sets, then reads variables of one scope. */
export interface VariableRequest {
  sessionId?: string
  tabId?: string
  app?: boolean
  windowId?: string
  set?: VariableRequestSet[]
  /** Names. `*` asks for all variables as one JSON object of strings. */
  get?: string[]
}

export interface VariableRequestSet {
  name?: string
  /** JSON text; `null` deletes. Only `user.<name>` may be set. */
  value?: string
}

export interface VariableResponse {
  status?: VariableResponseStatus
  /** JSON texts, one per name in `get`; `null` where unset. */
  values?: string[]
}

export const VariableResponseStatus = {
  OK: 0,
  SESSION_NOT_FOUND: 1,
  INVALID_NAME: 2,
  MISSING_SCOPE: 3,
  TAB_NOT_FOUND: 4,
  MULTI_GET_DISALLOWED: 5,
  WINDOW_NOT_FOUND: 6,
} as const
export type VariableResponseStatus = (typeof VariableResponseStatus)[keyof typeof VariableResponseStatus]

/** Brings a window, tab or session to the front, or only the application. */
export interface ActivateRequest {
  windowId?: string
  tabId?: string
  sessionId?: string
  orderWindowFront?: boolean
  selectTab?: boolean
  selectSession?: boolean
  activateApp?: ActivateRequestApp
}

export interface ActivateRequestApp {
  raiseAllWindows?: boolean
  ignoringOtherApps?: boolean
}

export interface ActivateResponse {
  status?: ActivateResponseStatus
}

export const ActivateResponseStatus = {
  OK: 0,
  BAD_IDENTIFIER: 1,
  INVALID_OPTION: 2,
} as const
export type ActivateResponseStatus = (typeof ActivateResponseStatus)[keyof typeof ActivateResponseStatus]

/** Feeds bytes to sessions as if their programs had printed them. */
export interface InjectRequest {
  sessionId?: string[]
  data?: Uint8Array
}

export interface InjectResponse {
  status?: InjectResponseStatus[]
}

export const InjectResponseStatus = {
  OK: 0,
  SESSION_NOT_FOUND: 1,
} as const
export type InjectResponseStatus = (typeof InjectResponseStatus)[keyof typeof InjectResponseStatus]

/** Reads a property of a window or session by name. */
export interface GetPropertyRequest {
  windowId?: string
  sessionId?: string
  name?: string
}

export interface GetPropertyResponse {
  status?: GetPropertyResponseStatus
  jsonValue?: string
}

export const GetPropertyResponseStatus = {
  OK: 0,
  UNRECOGNIZED_NAME: 1,
  INVALID_TARGET: 2,
} as const
export type GetPropertyResponseStatus = (typeof GetPropertyResponseStatus)[keyof typeof GetPropertyResponseStatus]

/** Writes a property of a window or session by name. */
export interface SetPropertyRequest {
  windowId?: string
  sessionId?: string
  name?: string
  jsonValue?: string
}

export interface SetPropertyResponse {
  status?: SetPropertyResponseStatus
}

export const SetPropertyResponseStatus = {
  OK: 0,
  UNRECOGNIZED_NAME: 1,
  INVALID_VALUE: 2,
  INVALID_TARGET: 3,
  DEFERRED: 4,
  IMPOSSIBLE: 5,
  FAILED: 6,
} as const
export type SetPropertyResponseStatus = (typeof SetPropertyResponseStatus)[keyof typeof SetPropertyResponseStatus]

/** Adds a web view to the toolbelt. */
export interface RegisterToolRequest {
  name?: string
  identifier?: string
  revealIfAlreadyRegistered?: boolean
  toolType?: RegisterToolRequestToolType
  URL?: string
}

export const RegisterToolRequestToolType = {
  WEB_VIEW_TOOL: 1,
} as const
export type RegisterToolRequestToolType = (typeof RegisterToolRequestToolType)[keyof typeof RegisterToolRequestToolType]

/** Offers a function of this client to the terminal. */
export interface RPCRegistrationRequest {
  name?: string
  arguments?: RPCRegistrationRequestRPCArgumentSignature[]
  defaults?: RPCRegistrationRequestRPCArgument[]
  /** Seconds the terminal waits for an answer; 5 where absent. */
  timeout?: number
  role?: RPCRegistrationRequestRole
  sessionTitleAttributes?: RPCRegistrationRequestSessionTitleAttributes
  statusBarComponentAttributes?: RPCRegistrationRequestStatusBarComponentAttributes
  contextMenuAttributes?: RPCRegistrationRequestContextMenuAttributes
  displayName?: string
}

export const RPCRegistrationRequestRole = {
  GENERIC: 1,
  SESSION_TITLE: 2,
  STATUS_BAR_COMPONENT: 3,
  CONTEXT_MENU: 4,
} as const
export type RPCRegistrationRequestRole = (typeof RPCRegistrationRequestRole)[keyof typeof RPCRegistrationRequestRole]

/** One argument of the function. */
export interface RPCRegistrationRequestRPCArgumentSignature {
  name?: string
}

/** A default: the argument is filled from this variable of the caller's scope. A path that ends in `?` may be unset. */
export interface RPCRegistrationRequestRPCArgument {
  name?: string
  path?: string
}

export interface RPCRegistrationRequestSessionTitleAttributes {
  displayName?: string
  uniqueIdentifier?: string
}

export interface RPCRegistrationRequestStatusBarComponentAttributes {
  shortDescription?: string
  detailedDescription?: string
  knobs?: RPCRegistrationRequestStatusBarComponentAttributesKnob[]
  exemplar?: string
  updateCadence?: number
  uniqueIdentifier?: string
  icons?: RPCRegistrationRequestStatusBarComponentAttributesIcon[]
  format?: RPCRegistrationRequestStatusBarComponentAttributesFormat
}

export const RPCRegistrationRequestStatusBarComponentAttributesFormat = {
  PLAIN_TEXT: 0,
  HTML: 1,
} as const
export type RPCRegistrationRequestStatusBarComponentAttributesFormat = (typeof RPCRegistrationRequestStatusBarComponentAttributesFormat)[keyof typeof RPCRegistrationRequestStatusBarComponentAttributesFormat]

export interface RPCRegistrationRequestStatusBarComponentAttributesKnob {
  name?: string
  type?: RPCRegistrationRequestStatusBarComponentAttributesKnobType
  placeholder?: string
  jsonDefaultValue?: string
  key?: string
}

export const RPCRegistrationRequestStatusBarComponentAttributesKnobType = {
  Checkbox: 1,
  String: 2,
  PositiveFloatingPoint: 3,
  Color: 4,
} as const
export type RPCRegistrationRequestStatusBarComponentAttributesKnobType = (typeof RPCRegistrationRequestStatusBarComponentAttributesKnobType)[keyof typeof RPCRegistrationRequestStatusBarComponentAttributesKnobType]

export interface RPCRegistrationRequestStatusBarComponentAttributesIcon {
  data?: Uint8Array
  scale?: number
}

export interface RPCRegistrationRequestContextMenuAttributes {
  displayName?: string
  uniqueIdentifier?: string
}

export interface RegisterToolResponse {
  status?: RegisterToolResponseStatus
}

export const RegisterToolResponseStatus = {
  OK: 0,
  REQUEST_MALFORMED: 1,
  PERMISSION_DENIED: 2,
} as const
export type RegisterToolResponseStatus = (typeof RegisterToolResponseStatus)[keyof typeof RegisterToolResponseStatus]

/** Matches when all required and no forbidden modifiers are down and the key is in one of the lists. */
export interface KeystrokePattern {
  requiredModifiers?: Modifiers[]
  forbiddenModifiers?: Modifiers[]
  keycodes?: number[]
  characters?: string[]
  charactersIgnoringModifiers?: string[]
}

export interface KeystrokeMonitorRequest {
  patternsToIgnore?: KeystrokePattern[]
  advanced?: boolean
}

/** Keys that match are withheld from the program. */
export interface KeystrokeFilterRequest {
  patternsToIgnore?: KeystrokePattern[]
}

/** Which variable of which object to watch. The whole message identifies the subscription. */
export interface VariableMonitorRequest {
  name?: string
  scope?: VariableScope
  identifier?: string
}

/** Part of an unusable subscription; see NotificationType. */
export interface ProfileChangeRequest {
  guid?: string
}

/** Which prompt events to send; absent means only PROMPT. */
export interface PromptMonitorRequest {
  modes?: PromptMonitorMode[]
}

/** Subscribes or unsubscribes. One subscription per connection, type and session. */
export interface NotificationRequest {
  /** A session id, or `all` (sessions to come included); ignored for global types. */
  session?: string
  /** Required in practice: when absent the request is malformed. */
  subscribe?: boolean
  notificationType?: NotificationType
  rpcRegistrationRequest?: RPCRegistrationRequest
  keystrokeMonitorRequest?: KeystrokeMonitorRequest
  variableMonitorRequest?: VariableMonitorRequest
  profileChangeRequest?: ProfileChangeRequest
  keystrokeFilterRequest?: KeystrokeFilterRequest
  promptMonitorRequest?: PromptMonitorRequest
}

export interface NotificationResponse {
  status?: NotificationResponseStatus
}

export const NotificationResponseStatus = {
  OK: 0,
  SESSION_NOT_FOUND: 1,
  REQUEST_MALFORMED: 2,
  NOT_SUBSCRIBED: 3,
  ALREADY_SUBSCRIBED: 4,
  DUPLICATE_SERVER_ORIGINATED_RPC: 5,
  INVALID_IDENTIFIER: 6,
} as const
export type NotificationResponseStatus = (typeof NotificationResponseStatus)[keyof typeof NotificationResponseStatus]

/** Exactly one field is set. */
export interface Notification {
  keystrokeNotification?: KeystrokeNotification
  screenUpdateNotification?: ScreenUpdateNotification
  promptNotification?: PromptNotification
  locationChangeNotification?: LocationChangeNotification
  customEscapeSequenceNotification?: CustomEscapeSequenceNotification
  newSessionNotification?: NewSessionNotification
  terminateSessionNotification?: TerminateSessionNotification
  layoutChangedNotification?: LayoutChangedNotification
  focusChangedNotification?: FocusChangedNotification
  serverOriginatedRpcNotification?: ServerOriginatedRPCNotification
  broadcastDomainsChanged?: BroadcastDomainsChangedNotification
  variableChangedNotification?: VariableChangedNotification
  profileChangedNotification?: ProfileChangedNotification
}

export interface ProfileChangedNotification {
  guid?: string
}

export interface VariableChangedNotification {
  scope?: VariableScope
  identifier?: string
  name?: string
  jsonNewValue?: string
}

export interface BroadcastDomainsChangedNotification {
  broadcastDomains?: BroadcastDomain[]
}

/** A call to a registered function; the arguments come sorted by name. */
export interface ServerOriginatedRPC {
  name?: string
  arguments?: ServerOriginatedRPCRPCArgument[]
}

export interface ServerOriginatedRPCRPCArgument {
  name?: string
  jsonValue?: string
}

export interface ServerOriginatedRPCNotification {
  requestId?: string
  rpc?: ServerOriginatedRPC
}

/** A key went down (or, for advanced monitors, up, or a modifier changed). */
export interface KeystrokeNotification {
  characters?: string
  charactersIgnoringModifiers?: string
  modifiers?: Modifiers[]
  /** macOS virtual key code. */
  keyCode?: number
  session?: string
  action?: KeystrokeNotificationAction
}

export const KeystrokeNotificationAction = {
  KEY_DOWN: 0,
  KEY_UP: 1,
  FLAGS_CHANGED: 2,
} as const
export type KeystrokeNotificationAction = (typeof KeystrokeNotificationAction)[keyof typeof KeystrokeNotificationAction]

/** At least one cell changed. Carries no content. */
export interface ScreenUpdateNotification {
  session?: string
}

export interface PromptNotificationPrompt {
  placeholder?: string
  prompt?: GetPromptResponse
}

export interface PromptNotificationCommandStart {
  command?: string
}

export interface PromptNotificationCommandEnd {
  status?: number
}

/** A shell prompt event; needs shell integration (OSC 133). */
export interface PromptNotification {
  session?: string
  prompt?: PromptNotificationPrompt
  commandStart?: PromptNotificationCommandStart
  commandEnd?: PromptNotificationCommandEnd
  uniquePromptId?: string
}

/** Removed from the terminal; see NotificationType. */
export interface LocationChangeNotification {
  hostName?: string
  userName?: string
  directory?: string
  session?: string
}

/** The program printed OSC 1337 ; Custom=id=<sender_identity>:<payload> ST. */
export interface CustomEscapeSequenceNotification {
  session?: string
  senderIdentity?: string
  payload?: string
}

/** Sent at creation, often before the session is in any layout. */
export interface NewSessionNotification {
  sessionId?: string
}

/** Exactly one field is set. */
export interface FocusChangedNotification {
  applicationActive?: boolean
  window?: FocusChangedNotificationWindow
  selectedTab?: string
  session?: string
}

export interface FocusChangedNotificationWindow {
  windowStatus?: FocusChangedNotificationWindowWindowStatus
  windowId?: string
}

export const FocusChangedNotificationWindowWindowStatus = {
  TERMINAL_WINDOW_BECAME_KEY: 0,
  TERMINAL_WINDOW_IS_CURRENT: 1,
  TERMINAL_WINDOW_RESIGNED_KEY: 2,
} as const
export type FocusChangedNotificationWindowWindowStatus = (typeof FocusChangedNotificationWindowWindowStatus)[keyof typeof FocusChangedNotificationWindowWindowStatus]

/** The program ended or the session was destroyed; may come twice. */
export interface TerminateSessionNotification {
  sessionId?: string
}

/** The whole tree of windows, tabs and sessions as it is now. */
export interface LayoutChangedNotification {
  listSessionsResponse?: ListSessionsResponse
}

/** Reads lines of the screen or the history. */
export interface GetBufferRequest {
  session?: string
  lineRange?: LineRange
  includeStyles?: boolean
}

/** When the range was invalid the real terminal sends a reply without this message. */
export interface GetBufferResponse {
  status?: GetBufferResponseStatus
  range?: Range
  contents?: LineContents[]
  cursor?: Coord
  /** Never set by the real terminal. */
  numLinesAboveScreen?: number
  windowedCoordRange?: WindowedCoordRange
}

export const GetBufferResponseStatus = {
  OK: 0,
  SESSION_NOT_FOUND: 1,
  INVALID_LINE_RANGE: 2,
  REQUEST_MALFORMED: 3,
} as const
export type GetBufferResponseStatus = (typeof GetBufferResponseStatus)[keyof typeof GetBufferResponseStatus]

/** Asks for a PNG of a session. */
export interface ScreenshotRequest {
  session?: string
}

export interface ScreenshotResponse {
  status?: ScreenshotResponseStatus
  png?: Uint8Array
}

export const ScreenshotResponseStatus = {
  OK: 0,
  SESSION_NOT_FOUND: 1,
  REQUEST_MALFORMED: 2,
  INTERNAL_ERROR: 3,
} as const
export type ScreenshotResponseStatus = (typeof ScreenshotResponseStatus)[keyof typeof ScreenshotResponseStatus]

/** Reads a shell prompt, by default the last one. */
export interface GetPromptRequest {
  session?: string
  uniquePromptId?: string
}

export interface GetPromptResponse {
  status?: GetPromptResponseStatus
  promptRange?: CoordRange
  commandRange?: CoordRange
  outputRange?: CoordRange
  workingDirectory?: string
  command?: string
  promptState?: GetPromptResponseState
  exitStatus?: number
  uniquePromptId?: string
  excludedSubranges?: CoordRange[]
}

export const GetPromptResponseStatus = {
  OK: 0,
  SESSION_NOT_FOUND: 1,
  REQUEST_MALFORMED: 2,
  PROMPT_UNAVAILABLE: 3,
} as const
export type GetPromptResponseStatus = (typeof GetPromptResponseStatus)[keyof typeof GetPromptResponseStatus]

export const GetPromptResponseState = {
  EDITING: 0,
  RUNNING: 1,
  FINISHED: 2,
} as const
export type GetPromptResponseState = (typeof GetPromptResponseState)[keyof typeof GetPromptResponseState]

/** Lists prompt ids, oldest first, optionally between two ids. */
export interface ListPromptsRequest {
  session?: string
  firstUniqueId?: string
  lastUniqueId?: string
}

export interface ListPromptsResponse {
  status?: ListPromptsResponseStatus
  uniquePromptId?: string[]
}

export const ListPromptsResponseStatus = {
  OK: 0,
  SESSION_NOT_FOUND: 1,
} as const
export type ListPromptsResponseStatus = (typeof ListPromptsResponseStatus)[keyof typeof ListPromptsResponseStatus]

export interface GetProfilePropertyRequest {
  session?: string
  keys?: string[]
}

export interface ProfileProperty {
  key?: string
  /** JSON text. */
  jsonValue?: string
}

export interface GetProfilePropertyResponse {
  status?: GetProfilePropertyResponseStatus
  properties?: ProfileProperty[]
}

export const GetProfilePropertyResponseStatus = {
  OK: 0,
  SESSION_NOT_FOUND: 1,
  REQUEST_MALFORMED: 2,
  ERROR: 3,
} as const
export type GetProfilePropertyResponseStatus = (typeof GetProfilePropertyResponseStatus)[keyof typeof GetProfilePropertyResponseStatus]

/** Changes the copy of the profile that a session has, or stored profiles by GUID. */
export interface SetProfilePropertyRequest {
  session?: string
  guidList?: SetProfilePropertyRequestGuidList
  key?: string
  jsonValue?: string
  assignments?: SetProfilePropertyRequestAssignment[]
}

export interface SetProfilePropertyRequestGuidList {
  guids?: string[]
}

export interface SetProfilePropertyRequestAssignment {
  key?: string
  jsonValue?: string
}

export interface SetProfilePropertyResponse {
  status?: SetProfilePropertyResponseStatus
}

export const SetProfilePropertyResponseStatus = {
  OK: 0,
  SESSION_NOT_FOUND: 1,
  REQUEST_MALFORMED: 2,
  BAD_GUID: 3,
} as const
export type SetProfilePropertyResponseStatus = (typeof SetProfilePropertyResponseStatus)[keyof typeof SetProfilePropertyResponseStatus]

/** Freezes the terminal's main loop between begin and end. One at a time for the whole application. */
export interface TransactionRequest {
  begin?: boolean
}

export interface TransactionResponse {
  status?: TransactionResponseStatus
}

export const TransactionResponseStatus = {
  OK: 0,
  NO_TRANSACTION: 1,
  ALREADY_IN_TRANSACTION: 2,
} as const
export type TransactionResponseStatus = (typeof TransactionResponseStatus)[keyof typeof TransactionResponseStatus]

/** Exactly one way of choosing lines; windowed_coord_range wins. */
export interface LineRange {
  screenContentsOnly?: boolean
  /** This many lines from the end of history and screen. */
  trailingLines?: number
  windowedCoordRange?: WindowedCoordRange
}

/** A half-open interval of columns or bytes. */
export interface Range {
  location?: number
  length?: number
}

/** From start (inclusive) to end (exclusive). */
export interface CoordRange {
  start?: Coord
  end?: Coord
}

/** A cell. x counts columns from 0; y is absolute: line 0 is the first line the session ever produced. */
export interface Coord {
  x?: number
  y?: number
}

/** Components from 0 to 255. */
export interface RGBColor {
  red?: number
  green?: number
  blue?: number
}

export interface URL {
  url?: string
  identifier?: string
}

/** The look of `repeats` cells in a row. */
export interface CellStyle {
  fgStandard?: number
  fgAlternate?: AlternateColor
  fgRgb?: RGBColor
  fgAlternatePlacementX?: number
  bgStandard?: number
  bgAlternate?: AlternateColor
  bgRgb?: RGBColor
  bgAlternatePlacementY?: number
  bold?: boolean
  faint?: boolean
  italic?: boolean
  blink?: boolean
  underline?: boolean
  strikethrough?: boolean
  invisible?: boolean
  inverse?: boolean
  guarded?: boolean
  image?: ImagePlaceholderType
  underlineColor?: RGBColor
  blockID?: string
  /** A hyperlink (OSC 8). */
  url?: URL
  repeats?: number
}

/** One row. Cells that were never written show as U+0000 between characters and are dropped at the end. */
export interface LineContents {
  text?: string
  /** Run lengths: how many units of `text` each cell holds. */
  codePointsPerCell?: CodePointsPerCell[]
  continuation?: LineContentsContinuation
  style?: CellStyle[]
}

export const LineContentsContinuation = {
  CONTINUATION_HARD_EOL: 1,
  CONTINUATION_SOFT_EOL: 2,
} as const
export type LineContentsContinuation = (typeof LineContentsContinuation)[keyof typeof LineContentsContinuation]

export interface CodePointsPerCell {
  /** The real terminal counts UTF-16 units here, our host code points. Zero is the second half of a wide character. */
  numCodePoints?: number
  repeats?: number
}

/** Asks for the tree of windows, tabs and sessions. */
export type ListSessionsRequest = Record<string, never>

/** Typed as it is: no newline translation, no bracketed paste. Enter is CR. */
export interface SendTextRequest {
  session?: string
  text?: string
  suppressBroadcast?: boolean
}

export interface SendTextResponse {
  status?: SendTextResponseStatus
}

export const SendTextResponseStatus = {
  OK: 0,
  SESSION_NOT_FOUND: 1,
} as const
export type SendTextResponseStatus = (typeof SendTextResponseStatus)[keyof typeof SendTextResponseStatus]

/** Columns by rows, or points, depending on where it stands. */
export interface Size {
  width?: number
  height?: number
}

export interface Point {
  x?: number
  y?: number
}

/** In points; the origin is the bottom left corner of the main screen. */
export interface Frame {
  origin?: Point
  size?: Size
}

export interface SessionSummary {
  uniqueIdentifier?: string
  frame?: Frame
  /** Columns and rows. */
  gridSize?: Size
  title?: string
}

/** Panes of a tab. Every tab has a root node, even with a single session. */
export interface SplitTreeNode {
  /** True when the divider is vertical: children stand side by side. */
  vertical?: boolean
  links?: SplitTreeNodeSplitTreeLink[]
}

export interface SplitTreeNodeSplitTreeLink {
  session?: SessionSummary
  node?: SplitTreeNode
}

/** The tree of windows, tabs and sessions. */
export interface ListSessionsResponse {
  windows?: ListSessionsResponseWindow[]
  buriedSessions?: SessionSummary[]
}

export interface ListSessionsResponseWindow {
  tabs?: ListSessionsResponseTab[]
  windowId?: string
  frame?: Frame
  /** From 0; the window variable `number` is one more. */
  number?: number
}

export interface ListSessionsResponseTab {
  root?: SplitTreeNode
  tabId?: string
  tmuxWindowId?: string
  tmuxConnectionId?: string
  minimizedSessions?: SessionSummary[]
}

/** Opens a tab, in a new window when window_id is absent. */
export interface CreateTabRequest {
  profileName?: string
  windowId?: string
  tabIndex?: number
  /** Ignored by the real terminal; set Custom Command and Command in custom_profile_properties. */
  command?: string
  customProfileProperties?: ProfileProperty[]
  selectTab?: boolean
}

export interface CreateTabResponse {
  status?: CreateTabResponseStatus
  windowId?: string
  tabId?: number
  sessionId?: string
}

export const CreateTabResponseStatus = {
  OK: 0,
  INVALID_PROFILE_NAME: 1,
  INVALID_WINDOW_ID: 2,
  /** The tab exists nevertheless and all ids are set. */
  INVALID_TAB_INDEX: 3,
  MISSING_SUBSTITUTION: 4,
} as const
export type CreateTabResponseStatus = (typeof CreateTabResponseStatus)[keyof typeof CreateTabResponseStatus]

/** Divides a session's pane and starts a new session in the other half. */
export interface SplitPaneRequest {
  session?: string
  splitDirection?: SplitPaneRequestSplitDirection
  /** Place the new session left of or above the old one. */
  before?: boolean
  profileName?: string
  customProfileProperties?: ProfileProperty[]
}

export const SplitPaneRequestSplitDirection = {
  VERTICAL: 0,
  HORIZONTAL: 1,
} as const
export type SplitPaneRequestSplitDirection = (typeof SplitPaneRequestSplitDirection)[keyof typeof SplitPaneRequestSplitDirection]

export interface SplitPaneResponse {
  status?: SplitPaneResponseStatus
  sessionId?: string[]
}

export const SplitPaneResponseStatus = {
  OK: 0,
  SESSION_NOT_FOUND: 1,
  INVALID_PROFILE_NAME: 2,
  CANNOT_SPLIT: 3,
  MALFORMED_CUSTOM_PROFILE_PROPERTY: 4,
} as const
export type SplitPaneResponseStatus = (typeof SplitPaneResponseStatus)[keyof typeof SplitPaneResponseStatus]
