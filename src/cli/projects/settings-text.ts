/** The settings of a project that are in force, with where each is said. */
import { existsSync } from 'node:fs'
import { errorMessage } from '../../lib/errors.ts'
import { shownText } from '../../lib/shown-text.ts'
import { timeSpan } from '../../lib/time-span.ts'
import type { SettingsInForce } from '../../projects/plan-of.ts'
import type { Project } from '../../projects/project.ts'
import type { WorkSettings } from '../../projects/work-settings.ts'
import type { CliContext } from '../context.ts'
import type { Styles } from '../styles.ts'

/** For a document that says nothing of it. */
export async function settingsOf({ settings }: Project, context: CliContext): Promise<SettingsInForce> {
  const { settingsInForce } = await import('../../projects/plan-of.ts')
  return settingsInForce({ project: settings, config: await configured(context) })
}

/** What `config.yaml` says for all projects, read once for a command. */
export function configured(context: CliContext): Promise<WorkSettings> {
  const known = read.get(context) ?? readConfig(context)
  read.set(context, known)
  return known
}

const read = new WeakMap<CliContext, Promise<WorkSettings>>()

/** A broken config.yaml changes nothing of a service that runs; what it had read is not known here. */
async function readConfig({ home, out }: CliContext): Promise<WorkSettings> {
  if (!existsSync(home.config)) return {}
  const { loadConfig } = await import('../../service/config.ts')
  try {
    return loadConfig(home, process.env, true).projects
  } catch (error) {
    out.note(out.errorStyle.yellow(`Without config.yaml: ${shownText(errorMessage(error))}`))
    return {}
  }
}

/** `agent  codex  project`. */
export function settingsLines(settings: SettingsInForce, style: Styles): string[] {
  const rows = Object.entries(settings).map(([key, { value, from, unused }]) => {
    const text = key === 'timeout' && typeof value === 'number' ? timeText(value) : String(value)
    const note = unused === undefined ? '' : `, not used: ${shownText(unused)}`
    return { key, text: shownText(text), where: `${places[from]}${note}` }
  })
  const width = Math.max(...rows.map(({ text }) => text.length))
  return rows.map(
    ({ key, text, where }) => `${style.faint(key.padEnd(11))}  ${text.padEnd(width)}  ${style.faint(where)}`,
  )
}

const places = {
  document: 'document',
  project: 'project',
  config: 'config.yaml',
  default: 'default',
} as const

function timeText(ms: number): string {
  return ms < 1_000 ? `${ms} ms` : timeSpan(ms)
}
