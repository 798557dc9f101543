/**
 * Shares the one thread among the sessions that have output to parse. A flood in one session is parsed in
 * small steps, in turn with the others; a session with little to parse goes first.
 */
export interface ParseJob {
  /** Little is waiting: what a person or an agent would notice. */
  readonly small: boolean
  /** Parses one small piece; true when more can be parsed. */
  step(): boolean
}

/** Longest time in a row, after which sockets and timers get their turn. */
const turnMs = 4

const small: ParseJob[] = []
const large: ParseJob[] = []
let scheduled = false

/** Lets the job take part until its `step` says that there is no more. A job asks once, not twice. */
export function scheduleParsing(job: ParseJob): void {
  enqueue(job)
  if (scheduled) return
  scheduled = true
  setImmediate(takeTurn)
}

function takeTurn(): void {
  scheduled = false
  const end = performance.now() + turnMs
  // By turns, so that neither kind waits for the other to finish.
  let largeFirst = false
  do {
    const job = largeFirst ? (large.shift() ?? small.shift()) : (small.shift() ?? large.shift())
    if (!job) return
    if (job.step()) enqueue(job)
    largeFirst = !largeFirst
  } while (performance.now() < end)
  if (small.length + large.length === 0 || scheduled) return
  scheduled = true
  setImmediate(takeTurn)
}

function enqueue(job: ParseJob): void {
  if (job.small) small.push(job)
  else large.push(job)
}
