/** Looks up everything that is known of one task. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Escalation } from '../../escalation/escalation.ts'
import { lookAtJsonFile } from '../../lib/json-file.ts'
import { findTask } from '../../projects/find-task.ts'
import { resultFile } from '../../projects/run/result-file.ts'
import { type Happening, timelineOf } from '../../projects/view/timeline.ts'
import { logFile, runPlacesOf } from '../../runner/run-paths.ts'
import type { CliContext } from '../context.ts'
import { lookAtProject } from './look-at-project.ts'
import { theProject } from './projects-of.ts'
import type { ShownTask } from './task-details.ts'

/** @throws {OrchError} `task-not-found` */
export async function findShownTask(
  context: CliContext,
  wanted: string,
  project: string | undefined,
): Promise<ShownTask> {
  const seen = await lookAtProject(context, await theProject(context, project))
  const task = findTask(seen.view.tasks, wanted)
  const files = seen.files.begun.get(task.id)
  const { record, run, result } = files ?? {}
  const result_file = resultFile(seen.project.path, task.id)
  const log = logFile(runPlacesOf(context.home, seen.project.path), task.id)
  const escalation = task.escalation === undefined ? undefined : escalationOf(context, task.escalation)
  return {
    project: seen.project,
    task,
    timeline: [...(files ? timelineOf(files) : []), ...(escalation ? [asked(escalation)] : [])],
    ...(record && 'value' in record && { record: record.value }),
    ...(run && 'value' in run && { run: run.value }),
    ...(result && 'value' in result && { result: result.value, resultFile: result_file }),
    ...(existsSync(log) && { log }),
    ...(escalation && { escalation }),
  }
}

/** What is still open stands in no result. */
function asked({ openedAt, kind, text }: Escalation): Happening {
  return { at: openedAt, text: `the agent asks (${kind}): ${text}` }
}

function escalationOf({ home }: CliContext, id: string): Escalation | undefined {
  for (const directory of [home.escalations, join(home.escalations, 'closed')]) {
    const content = lookAtJsonFile(join(directory, `${id}.json`), Escalation)
    if (content.kind === 'read') return content.value
  }
  return undefined
}
