// Journals as weeks of work would leave them, always the same for the same numbers.

export interface MadeCase {
  session: string
  agent: string
  kind: string
  text: string
  /** What its prompt is about, such as a command. */
  subject?: string
  /** Who told of it; the screen where it is absent. */
  source?: string
  /** ms since 1970. */
  at: number
  /** ms from each step to the next; an absent one did not happen. */
  noticed: number
  announced?: number
  answered?: number
  typed?: number
  channel?: string
  from?: string
  via?: string
  choice?: string
  outcome?: string
  options?: { number: number; label: string; meaning: string }[]
}

let last = 0

/** The lines of one blocker with its escalation, from the beginning to the end. */
export function linesOf(made: MadeCase): string[] {
  const { session, agent, kind, text, subject = '', options = [] } = made
  const who = { session, name: agent, task: `task of ${agent}` }
  const since = new Date(made.at).toISOString()
  const escalation = `esc-${session}-${made.at}`
  const lines: string[] = []
  let at = made.at + made.noticed
  const add = (event: object) => {
    last += 1
    const id = `${at.toString(36).padStart(9, '0')}${String(last).padStart(9, '0')}`
    lines.push(JSON.stringify({ id, ts: new Date(at).toISOString(), ...who, ...event }))
  }
  const prompt = { kind, question: text, subject, options, truncated: false, fingerprint: 'f' }
  const blocker = {
    id: `b${made.at}`,
    kind,
    text: `${text} ${subject}`.trimEnd(),
    source: made.source ?? 'screen',
    since,
    ...(options.length > 0 && { prompt }),
  }
  add({ type: 'state', from: 'working', to: 'waiting', reason: 'a dialog is in front' })
  add({ type: 'blocker', blocker })
  add({ type: 'escalation', escalation, agent, kind, text, level: 'human', noticedAt: since })
  if (made.announced !== undefined) {
    at += made.announced
    add({
      type: 'announced',
      escalation,
      level: 'human',
      channel: made.channel ?? 'desk',
      to: 'human',
      ok: true,
    })
  }
  if (made.answered !== undefined) at += made.answered
  const receivedAt = new Date(at).toISOString()
  // As the service tells it: an answer when it is known what became of it.
  if (made.typed !== undefined) {
    at += made.typed
    add({ type: 'delivered', escalation, step: 'api', confirmed: true, why: '' })
  }
  if (made.answered !== undefined) {
    const { from = 'ann', via = 'cli', choice = '1' } = made
    add({ type: 'answer-received', escalation, from, via, choice, verdict: 'taken', receivedAt })
  }
  add({ type: 'unblocked', blocker })
  if (made.outcome !== 'open') {
    add({ type: 'escalation-closed', escalation, outcome: made.outcome ?? 'answered', reason: '' })
  }
  add({ type: 'state', from: 'waiting', to: 'working', reason: 'it went on' })
  return lines
}

const kinds = ['permission', 'permission', 'permission', 'question', 'choice', 'credential', 'limit', 'error']
const texts: Record<string, (index: number) => string> = {
  permission: (index) =>
    index % 3 === 0 ? 'Do you want to run npm test?' : `Do you want to edit src/file-${index % 400}.ts?`,
  question: (index) => `Found ${2 + (index % 5)} configuration files. Which should I analyze?`,
  choice: () => 'Which database should the service use?',
  credential: () => '[sudo] password for ann:',
  limit: () => 'You have reached your usage limit',
  error: (index) => `ERROR: request ${index} failed with 503`,
}
const yesNo = [
  { number: 1, label: 'Yes', meaning: 'approve' },
  { number: 2, label: 'No', meaning: 'deny' },
]

/** `count` blockers, evenly over `days` days before `end`. Ten lines each. */
export function* madeCases(count: number, days: number, end: number): Generator<MadeCase> {
  const step = (days * 86_400_000) / count
  for (let index = 0; index < count; index++) {
    const kind = kinds[index % kinds.length] ?? 'question'
    const byRule = index % 11 === 0
    yield {
      session: `S${index % 40}`,
      agent: ['claude', 'codex', 'gemini'][index % 3] ?? 'claude',
      kind,
      text: texts[kind]?.(index) ?? kind,
      at: Math.round(end - days * 86_400_000 + index * step),
      noticed: 40 + (index % 60),
      announced: 20 + (index % 30),
      ...(index % 17 === 0
        ? { outcome: 'withdrawn' }
        : { answered: 1_000 * (5 + ((index * 7) % 300)), typed: 90 }),
      channel: index % 4 === 0 ? 'phone' : 'desk',
      from: byRule ? 'policy' : index % 5 === 0 ? 'bob' : 'ann',
      via: byRule ? 'policy' : 'cli',
      ...(kind === 'permission' || kind === 'choice' ? { options: yesNo } : { choice: 'the first' }),
    }
  }
}
