/** Dialogs that iTerm2 shows to the user. Each resolves when the user has answered. */
import type { Requester } from '../api-types.ts'
import { requireFeature } from '../features.ts'
import { memberOf, toBoolean, toText, toTexts } from '../json-values.ts'
import { type InvocationArguments, invocation } from './invocation.ts'
import { invokeFunction } from './invoke.ts'

/** Seconds that a dialog may stay open: people go to lunch. */
const answerSeconds = 24 * 60 * 60

/** The code that iTerm2 gives for the first button. */
const firstButtonCode = 1000

export interface DialogOptions {
  title: string
  subtitle: string
  /** The window that the dialog is attached to; on its own when absent. */
  window?: string
  signal?: AbortSignal
}

/** Shows an alert; gives the index of the chosen button (`OK` when none are named). */
export async function showAlert(
  requester: Requester,
  options: DialogOptions & { buttons?: readonly string[] },
): Promise<number> {
  const code = await show(requester, 'iterm2.alert', options, { buttons: options.buttons ?? [] })
  return Number(code) - firstButtonCode
}

/** Asks for a line of text; null when the user cancelled. */
export async function askForText(
  requester: Requester,
  options: DialogOptions & { placeholder?: string; defaultValue?: string },
): Promise<string | null> {
  const answer = await show(requester, 'iterm2.get_string', options, {
    placeholder: options.placeholder ?? '',
    defaultValue: options.defaultValue ?? '',
  })
  return toText(answer)
}

export interface FormOptions extends DialogOptions {
  buttons?: readonly string[]
  checkboxes?: readonly { label: string; checked?: boolean }[]
  comboBox?: { items: readonly string[]; selected?: string }
  textField?: { placeholder?: string; defaultValue?: string }
  /** In points. */
  width?: number
}

export interface FormAnswer {
  /** Label of the chosen button. */
  button: string | null
  text: string | null
  selected: string | null
  /** One for each checkbox, in their order. */
  checked: boolean[]
}

/** Shows a dialog with any of: buttons, checkboxes, a combo box, a text field. */
export async function showForm(requester: Requester, options: FormOptions): Promise<FormAnswer> {
  const answer = await show(requester, 'iterm2.get_poly_modal_alert', options, {
    buttons: options.buttons ?? [],
    checkboxes: options.checkboxes?.map((box) => box.label) ?? [],
    checkboxDefaults: options.checkboxes?.map((box) => (box.checked ? 1 : 0)) ?? [],
    comboboxItems: options.comboBox?.items ?? [],
    comboboxDefault: options.comboBox?.selected ?? '',
    textFieldParams:
      options.textField === undefined
        ? []
        : [options.textField.placeholder ?? '', options.textField.defaultValue ?? ''],
    width: options.width ?? 300,
  })
  const checks = memberOf(answer, 'checks')
  return {
    button: toText(memberOf(answer, 'button') ?? null),
    text: toText(memberOf(answer, 'tf_text') ?? null),
    selected: toText(memberOf(answer, 'combo') ?? null),
    checked: Array.isArray(checks) ? checks.map(toBoolean) : [],
  }
}

export interface FilePanelOptions {
  /** Directory that the panel starts in. */
  path?: string
  /** iTerm2's own option names. */
  options?: readonly string[]
  extensions?: readonly string[]
  /** Label of the button that confirms. */
  prompt?: string
  message?: string
  signal?: AbortSignal
}

/** Lets the user choose files; empty when the user cancelled. */
export async function showOpenPanel(requester: Requester, options: FilePanelOptions = {}): Promise<string[]> {
  return toTexts(await showPanel(requester, 'iterm2.open_panel', options, {}))
}

/** Lets the user choose where to save; null when the user cancelled. */
export async function showSavePanel(
  requester: Requester,
  options: FilePanelOptions & { title?: string; nameFieldLabel?: string; defaultFilename?: string } = {},
): Promise<string | null> {
  const more = {
    title: options.title ?? null,
    name_field_label: options.nameFieldLabel ?? null,
    default_filename: options.defaultFilename ?? null,
  }
  return toText(await showPanel(requester, 'iterm2.save_panel', options, more))
}

function show(requester: Requester, name: string, options: DialogOptions, args: InvocationArguments) {
  const { title, subtitle, window = null } = options
  const text = invocation(name, { title, subtitle, ...args, window_id: window })
  return invokeFunction(requester, 'app', text, patience(options))
}

function showPanel(requester: Requester, name: string, options: FilePanelOptions, args: InvocationArguments) {
  requireFeature(requester, 'file-panels')
  const text = invocation(name, {
    path: options.path ?? null,
    options: options.options ?? [],
    extensions: options.extensions ?? null,
    prompt: options.prompt ?? null,
    message: options.message ?? null,
    ...args,
  })
  return invokeFunction(requester, 'app', text, patience(options))
}

function patience(options: { signal?: AbortSignal }) {
  const { signal } = options
  return { timeoutSeconds: answerSeconds, ...(signal === undefined ? {} : { signal }) }
}
