/** What is asked about the processes of a session, and how the foreground job is found among them. */

/** The first process of a session and its terminal device. */
export interface SessionProcess {
  pid: number
  tty: string
}

/** The job in the foreground: what reads what is typed. */
export interface ForegroundJob {
  pid: number
  name: string
  /** Program and arguments, by spaces. */
  commandLine: string
  /** The first word of the command line, which programs may set. */
  title: string
  /** Absent when it may not be read. */
  cwd?: string
  /** The youngest descendant of the job in the foreground. */
  deepest: string
  /** Names from the session's first process to the job. */
  ancestors: string[]
}

export interface ProcessTable {
  /** Undefined when it cannot be told: the process is gone, or may not be read. */
  foregroundJob(session: SessionProcess): Promise<ForegroundJob | undefined>
  /** The same at once, where that costs next to nothing. */
  foregroundJobNow?(session: SessionProcess): ForegroundJob | undefined
  /** Process groups with living members that have the session's terminal as theirs. */
  groups(session: SessionProcess): Promise<number[]>
}

export interface ProcessEntry {
  pid: number
  parent: number
  group: number
  /** Group in the foreground of its terminal; 0 or less when it has none. */
  foreground: number
  name: string
}

export interface JobPlace {
  job: ProcessEntry
  deepest: ProcessEntry
  /** From the session's first process to the job. */
  ancestors: ProcessEntry[]
}

/** How to look around; each may read the system, so that only what is needed is read. */
export interface ProcessLookup {
  entry(pid: number): ProcessEntry | undefined
  children(pid: number): ProcessEntry[]
}

/** Longest line of ancestors; a guard against a table that changes while it is read. */
const maxDepth = 64

/**
 * The job is the leader of the foreground group; when that one is gone (the first of a pipe has ended), the
 * nearest descendant of the session's process in this group.
 */
export function findForegroundJob(root: ProcessEntry, lookup: ProcessLookup): JobPlace {
  const group = root.foreground
  const leader = group === root.pid ? root : lookup.entry(group)
  const job = leader?.group === group ? leader : (nearestInGroup(root, group, lookup) ?? root)
  return { job, deepest: deepestInGroup(job, lookup), ancestors: pathTo(root, job, lookup) }
}

function nearestInGroup(root: ProcessEntry, group: number, lookup: ProcessLookup): ProcessEntry | undefined {
  let level = [root]
  for (let depth = 0; depth < maxDepth && level.length > 0; depth++) {
    const found = level.find((entry) => entry.group === group)
    if (found) return found
    level = level.flatMap((entry) => lookup.children(entry.pid))
  }
  return undefined
}

function deepestInGroup(job: ProcessEntry, lookup: ProcessLookup): ProcessEntry {
  let deepest = job
  for (let depth = 0; depth < maxDepth; depth++) {
    const youngest = lookup.children(deepest.pid).findLast((entry) => entry.group === job.group)
    if (!youngest) break
    deepest = youngest
  }
  return deepest
}

function pathTo(root: ProcessEntry, job: ProcessEntry, lookup: ProcessLookup): ProcessEntry[] {
  const path = [job]
  for (let depth = 0; depth < maxDepth; depth++) {
    const [first] = path
    if (!first || first.pid === root.pid) break
    const parent = lookup.entry(first.parent)
    if (!parent) break
    path.unshift(parent)
  }
  // A job that was adopted by another process has no way back to the root.
  return path[0]?.pid === root.pid ? path : [root, job]
}
