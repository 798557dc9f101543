/** A task of a project, as it is seen from outside. Loads nothing. */
import type { Settings } from '../document.ts'
import type { UnfitDocument } from '../list-documents.ts'
import type { Plan, TaskMode } from '../run/plan.ts'
import type { TaskStatus } from '../run/task-result.ts'
import type { Cost } from './cost.ts'

export interface TaskView {
  id: string
  description: string
  state: TaskStatus
  /** In words, without the state itself; empty where there is nothing to say. */
  reason: string
  /** `changed`: it is not what was worked on. `unfit`: nobody could work on it as it is now. */
  document: 'there' | 'changed' | 'unfit' | 'gone'
  /** Where the document is, or was. */
  path: string
  /** What the agent is given; empty when that is not known any more. */
  text: string
  /** As the document has them; absent when nobody can read it. */
  settings?: Settings
  /** What was in force when its last attempt began; of one that never did, what is in force now. */
  plan?: Plan
  /** From 1, among those that wait. */
  place?: number
  /** Since when it is to go before all others. */
  runNowSince?: string
  /** Since when somebody holds it back. */
  heldSince?: string
  /** How often it was begun since it was last asked for with `task retry`. */
  attempts: number
  /** How often it may be begun. */
  tries: number
  earlierAttempts?: number
  mode?: TaskMode
  agent?: string
  agentVersion?: string
  model?: string
  /** The first attempt. */
  startedAt?: string
  endedAt?: string
  /** Of all attempts together, without the waits between them; absent while it goes on. */
  durationSeconds?: number
  /** Of the attempt that goes on. */
  run?: string
  runningSince?: string
  progress?: { percent?: number; text?: string }
  session?: string
  /** Id of what it waits for, while it is blocked. */
  escalation?: string
  /** While it is retrying. */
  nextAttemptAt?: string
  cost: Cost
  /** The agent's last words, and one line of them. */
  summary?: string
  said?: string
  changedFiles?: number
}

export interface ProjectView {
  /** What goes on; then what waits, in the order in which it is due; then what is over, the latest first. */
  tasks: TaskView[]
  /** Files that are no tasks, and why. */
  unfit: UnfitDocument[]
  /** Files that could not be read. */
  problems: string[]
}

/** Nothing more is done with it unless somebody asks for it. */
export function isOver({ state }: { state: TaskStatus }): boolean {
  return state === 'completed' || state === 'failed' || state === 'cancelled'
}

export function isWorkedOn({ state }: { state: TaskStatus }): boolean {
  return state === 'running' || state === 'blocked'
}
