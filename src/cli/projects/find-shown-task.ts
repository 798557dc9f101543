/** Looks up everything that is known of one task. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Escalation } from '../../escalation/escalation.ts'
import { OrchError } from '../../lib/errors.ts'
import { lookAtJsonFile } from '../../lib/json-file.ts'
import { archivedPlaces, archivedTasks } from '../../projects/archive.ts'
import { noSuchTask, tryFindTask } from '../../projects/find-task.ts'
import type { Project } from '../../projects/project.ts'
import { resultFile } from '../../projects/run/result-file.ts'
import { readArchivedTask } from '../../projects/view/read-archive.ts'
import type { TaskFiles } from '../../projects/view/read-project.ts'
import type { TaskView } from '../../projects/view/task-view.ts'
import { type Happening, timelineOf } from '../../projects/view/timeline.ts'
import { viewProject } from '../../projects/view/view-project.ts'
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
  const { path } = seen.project
  const task = tryFindTask(seen.view.tasks, wanted)
  const archived = task ? undefined : tryFindTask(archivedTasks(path), wanted)
  if (archived) return archivedTask(seen.project, archived.id)
  if (!task) throw noSuchTask(seen.view.tasks, wanted)
  const result = resultFile(path, task.id)
  const log = logFile(runPlacesOf(context.home, path), task.id)
  const shown = shownTask(seen.project, task, seen.files.begun.get(task.id), { result, log })
  const escalation = task.escalation === undefined ? undefined : escalationOf(context, task.escalation)
  if (!escalation) return shown
  return { ...shown, escalation, timeline: [...shown.timeline, asked(escalation)] }
}

function archivedTask(project: Project, id: string): ShownTask {
  const files = readArchivedTask(project.path, id)
  const { directory, result, log } = archivedPlaces(project.path, id)
  const [task] = viewProject(files, Date.now()).tasks
  if (!task) {
    const [why = `${directory} has neither its result nor its record.`] = files.problems
    throw new OrchError('failed', why, { hint: 'Look at what lies there.' })
  }
  return { ...shownTask(project, task, files.begun.get(id), { result, log }), archive: directory }
}

function shownTask(
  project: Project,
  task: TaskView,
  files: TaskFiles | undefined,
  places: { result: string; log: string },
): ShownTask {
  const { record, run, result } = files ?? {}
  return {
    ...{ project, task, timeline: files ? timelineOf(files) : [] },
    ...(record && 'value' in record && { record: record.value }),
    ...(run && 'value' in run && { run: run.value }),
    ...(result && 'value' in result && { result: result.value, resultFile: places.result }),
    ...(existsSync(places.log) && { log: places.log }),
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
