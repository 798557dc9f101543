/** Every task of a project with its state, and why it is in it, from what its files say. Pure. */
import { join } from 'node:path'
import { parseDocument, type ReadDocument, type Settings } from '../document.ts'
import { readDocumentName } from '../document-name.ts'
import type { ListedDocument } from '../list-documents.ts'
import { whyNotYet } from '../needs.ts'
import { planOf, type SaidSettings } from '../plan-of.ts'
import { placesIn } from '../project-places.ts'
import { compareKeys, type QueueKey } from '../queue-order.ts'
import type { TaskMark } from '../queue-state.ts'
import type { Plan } from '../run/plan.ts'
import type { TaskRecord } from '../run/task-record.ts'
import type { TaskStatus } from '../run/task-result.ts'
import { costOf } from './cost.ts'
import type { ProjectFiles, TaskFiles } from './read-project.ts'
import { type Begun, stateOfBegun } from './state-of-begun.ts'
import { isOver, isWorkedOn, type ProjectView, type TaskView } from './task-view.ts'

/**
 * @param now ms since 1970
 * @param usual what holds for a document that does not say it; absent: the defaults
 */
export function viewProject(
  files: ProjectFiles,
  now: number,
  usual: Omit<SaidSettings, 'document'> = {},
): ProjectView {
  const sources = sourcesOf(files, usual)
  const begun = new Map(
    [...files.begun].map(([id, of]) => [id, stateOfBegun(of, triesOf(sources.get(id)), now)]),
  )
  for (const [id, state] of files.archived) {
    if (sources.has(id))
      begun.set(id, { state, reason: `a task of this name lies in archive/${id}`, attempts: 0 })
  }
  const { past, archived } = files
  const stateOf = (id: string): TaskStatus | undefined =>
    past.get(id) ?? begun.get(id)?.state ?? archived.get(id) ?? (sources.has(id) ? 'queued' : undefined)
  const needsOf = (id: string) => sources.get(id)?.settings?.needs ?? []
  const views = [...sources.values()].map((source): Placed => {
    const known = begun.get(source.id)
    const mark = 'value' in files.marks ? files.marks.value.tasks[source.id] : undefined
    const needs = whyNotYet(source.id, needsOf, stateOf)
    const waits = waitingOf(source, known, mark, files.marks, needs)
    const view = toView(source, { ...(known ?? notBegun), ...waits })
    const mayBegin = view.state === 'retrying' || (view.state === 'queued' && needs === undefined)
    return { key: keyOf(source, mark), view, mayBegin }
  })
  const unfit = files.listed.unfit.filter(({ file }) => !files.begun.has(idOf(file)))
  return { tasks: inOrder(views), unfit, problems: files.problems }
}

/** A task, from wherever it is known. */
interface Source {
  id: string
  description: string
  stamp: string
  path: string
  document: TaskView['document']
  text: string
  settings: Settings | undefined
  /** What was in force when its last attempt began; of one that never did, what is in force now. */
  plan: Plan | undefined
  files: TaskFiles | undefined
}

interface Placed {
  key: QueueKey
  view: TaskView
  /** Nothing but those before it keeps it waiting. */
  mayBegin: boolean
}

const notBegun: Begun = { state: 'queued', reason: '', attempts: 0 }

function sourcesOf(
  { path, listed, begun }: ProjectFiles,
  usual: Omit<SaidSettings, 'document'>,
): Map<string, Source> {
  const sources = new Map<string, Source>()
  const planIn = (files: TaskFiles | undefined, settings: Settings | undefined) =>
    recordIn(files)?.plan ?? (settings && planOf({ document: settings, ...usual }))
  for (const document of listed.documents) {
    const files = begun.get(document.id)
    sources.set(document.id, {
      ...document,
      document: isChanged(document, files) ? 'changed' : 'there',
      plan: planIn(files, document.settings),
      files,
    })
  }
  const unfit = new Set(listed.unfit.map(({ file }) => idOf(file)))
  for (const [id, files] of begun) {
    const name = readDocumentName(`${id}.md`)
    if (sources.has(id) || name.kind !== 'document') continue
    const copy = copyOf(files)
    const settings = copy?.ok ? copy.settings : undefined
    sources.set(id, {
      id,
      description: name.description,
      stamp: name.stamp,
      path: join(placesIn(path).tasks, `${id}.md`),
      document: unfit.has(id) ? 'unfit' : 'gone',
      text: copy?.ok ? copy.text : '',
      settings,
      plan: planIn(files, settings),
      files,
    })
  }
  return sources
}

/** The document as it was when it was worked on. */
function copyOf(files: TaskFiles): ReadDocument | undefined {
  const record = recordIn(files)
  return record && parseDocument(Buffer.from(record.document.text))
}

function recordIn(files: TaskFiles | undefined): TaskRecord | undefined {
  const { record } = files ?? {}
  return record && 'value' in record ? record.value : undefined
}

function isChanged({ sha256 }: ListedDocument, files: TaskFiles | undefined): boolean {
  const { result } = files ?? {}
  const worked =
    recordIn(files)?.document.sha256 ??
    (result && 'value' in result ? result.value.document_sha256 : undefined)
  return worked !== undefined && worked !== sha256
}

function triesOf(source: Source | undefined): number {
  return 1 + (source?.plan?.retries ?? 0)
}

/** What is said of a task that waits, by what stands beside its files. */
function waitingOf(
  { document }: Source,
  begun: Begun | undefined,
  mark: TaskMark | undefined,
  marks: ProjectFiles['marks'],
  needs: string | undefined,
): Partial<Begun> & Pick<TaskView, 'heldSince' | 'runNowSince'> {
  if (begun && begun.state !== 'queued' && begun.state !== 'retrying') return {}
  // Who is not known to be held may be.
  if ('why' in marks) return { state: 'held', reason: marks.why }
  if (mark?.held_since !== undefined) {
    return {
      state: 'held',
      reason: begun && begun.reason !== '' ? begun.reason : 'somebody holds it back',
      heldSince: mark.held_since,
    }
  }
  const soon = mark?.run_now_since === undefined ? {} : { runNowSince: mark.run_now_since }
  if (begun?.state === 'retrying') return soon
  if (document === 'gone' && (begun?.attempts ?? 0) === 0) {
    return { state: 'cancelled', reason: 'its document was taken away before it began' }
  }
  return needs === undefined ? soon : { ...soon, reason: needs }
}

function keyOf({ id, stamp, settings }: Source, mark: TaskMark | undefined): QueueKey {
  return mark?.place ?? { priority: settings?.priority ?? 0, stamp, id, turn: 0 }
}

function toView(source: Source, begun: Begun & Pick<TaskView, 'heldSince' | 'runNowSince'>): TaskView {
  const { id, description, path, document, text, settings, plan, files } = source
  const result = files?.result && 'value' in files.result ? files.result.value : undefined
  const { agent = plan?.agent, model = plan?.model, mode = plan?.mode, ...rest } = begun
  return {
    id,
    description,
    ...rest,
    document,
    path,
    text,
    ...(settings && { settings }),
    ...(agent !== undefined && { agent }),
    ...(model !== undefined && { model }),
    ...(mode !== undefined && { mode }),
    ...(plan && { plan }),
    tries: triesOf(source),
    cost: result ? costOf(result) : {},
  }
}

function inOrder(placed: readonly Placed[]): TaskView[] {
  const rank = ({ view }: Placed) => (isWorkedOn(view) ? 0 : isOver(view) ? 2 : 1)
  const ended = ({ view }: Placed) => view.endedAt ?? ''
  const soon = ({ view }: Placed) => view.runNowSince ?? never
  const ordered = [...placed].sort((a, b) => {
    const ranks = rank(a) - rank(b)
    if (ranks !== 0) return ranks
    const latest = rank(a) === 2 ? compare(ended(b), ended(a)) : compare(soon(a), soon(b))
    return latest || compareKeys(a.key, b.key)
  })
  let place = 0
  // One that is tried again keeps its place: those behind it wait for it.
  const next = ordered.find(({ mayBegin }) => mayBegin)?.view.id
  return ordered.map(({ view }) => {
    if (isWorkedOn(view) || isOver(view)) return view
    place += 1
    const comes = view.id === next && view.state === 'queued'
    return {
      ...view,
      place,
      ...(comes && { reason: ['comes next', view.reason].filter(Boolean).join('; ') }),
    }
  })
}

/** Behind every time. */
const never = '~'

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function idOf(file: string): string {
  return file.endsWith('.md') ? file.slice(0, -'.md'.length) : file
}
