/** The screen of a real agent and the dialog that it drew there, from a recording (test/fixtures/agents). */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const recording = new URL('../../test/fixtures/agents/claude/permission-command-80.cast', import.meta.url)
/** The dialog is the part of the recording that has this, with what follows until the program rests. */
const mark = 'Bash command'
const restSeconds = 0.3
/** What the program reports of itself: without it the screen alone must be read. */
const reports = /\x1b\]7501;[^\x07\x1b]*(?:\x07|\x1b\\)/g

export interface RealDialog {
  columns: number
  rows: number
  agent: string
  version: string
  /** Files with what the program wrote until its dialog, and with the dialog. */
  screenFile: string
  dialogFile: string
}

export function writeRealDialog(directory: string): RealDialog {
  const [header = '{}', ...lines] = readFileSync(recording, 'utf8').trim().split('\n')
  const { width, height, agent, agent_version: version } = JSON.parse(header)
  const events = lines
    .map((line): [number, string, string] => JSON.parse(line))
    .filter(([, kind]) => kind === 'o')
  const begin = events.findIndex(([, , text]) => text.includes(mark))
  let end = begin + 1
  while ((events[end]?.[0] ?? Number.POSITIVE_INFINITY) - (events[end - 1]?.[0] ?? 0) < restSeconds) end += 1
  const write = (name: string, part: typeof events) => {
    const path = join(directory, name)
    writeFileSync(path, part.map(([, , text]) => text.replace(reports, '')).join(''))
    return path
  }
  return {
    columns: width,
    rows: height,
    agent,
    version,
    screenFile: write('screen', events.slice(0, begin)),
    dialogFile: write('dialog', events.slice(begin, end)),
  }
}
