/** Events as lines for people. */
import type { z } from 'zod'
import { shownText } from '../lib/shown-text.ts'
import type { OrchEvent as OrchEventSchema, SessionInfo } from '../service/api.ts'
import { shortId, styledState } from './session-text.ts'
import type { Styles } from './styles.ts'

export type OrchEvent = z.infer<typeof OrchEventSchema>

/** The event as one line, a screen change as one line for each of its rows. */
export function describeEvent(event: OrchEvent, style: Styles): string[] {
  const time = style.faint(clock(event.ts))
  if (event.type === 'task-alert')
    return [`${time}  task ${shownText(event.task)}: ${event.severity}: ${shownText(event.text)}`]
  if (event.type === 'project-task') {
    const who = `${shownText(event.project)} ${style.bold(shownText(event.task))}`
    return [`${time}  ${who}  ${taskNews(event.what, style)} ${style.faint(shownText(event.why))}`.trimEnd()]
  }
  if (event.type === 'terminal')
    return [`${time}  terminal ${shownText(event.state)}: ${shownText(event.why)}`]
  if (event.type === 'config') {
    const what = event.ok ? 'configuration read again' : style.red('configuration refused')
    return [`${time}  ${what}: ${shownText(event.path)} ${style.faint(shownText(event.why))}`]
  }
  if (event.type === 'account-limit') {
    const until = event.until === undefined ? '' : ` until ${clock(event.until)}`
    const said =
      event.what === 'closed' ? style.green('limit over') : style.magenta(`limit ${event.what}${until}`)
    return [`${time}  ${said} ${shownText(event.title)} ${style.faint(shownText(event.why))}`]
  }
  const who = `${time}  ${style.bold(shortId({ id: event.session }))}  ${shownText(event.name)}`
  if (event.type === 'screen')
    return event.lines.map((line) => `${who} ${style.faint('│')} ${shownText(line)}`)
  return [`${who}  ${what(event, style)}`]
}

/** A session that waits already when somebody begins to look. */
export function describeWaiting(session: SessionInfo, style: Styles): string {
  const { waitsFor, name } = session
  const time = style.faint(clock(waitsFor?.since ?? session.since))
  const blocker = waitsFor ? `${waitsFor.kind}: ${shownText(waitsFor.text)}` : shownText(session.reason)
  return `${time}  ${style.bold(shortId(session))}  ${shownText(name)}  ${style.yellow('waits')} ${blocker}`
}

type SessionEvent = Exclude<
  OrchEvent,
  { type: 'terminal' | 'config' | 'screen' | 'task-alert' | 'account-limit' | 'project-task' }
>

function what(event: SessionEvent, style: Styles): string {
  switch (event.type) {
    case 'launched':
      return `${style.cyan('launched')} ${shownText(event.agent)}: ${shownText(event.task)}`
    case 'state':
      return `${event.from} → ${styledState(event.to, style)}  ${style.faint(shownText(event.reason))}`
    case 'blocker':
      return `${style.yellow(`needs ${event.blocker.kind}`)} ${shownText(event.blocker.text)}`
    case 'prompt':
      return `${style.yellow(`asks (${event.blocker.prompt?.kind ?? event.blocker.kind})`)} ${shownText(event.blocker.text)}`
    case 'unblocked':
      return `${style.green('goes on')} ${style.faint(`after ${event.blocker.kind}: ${shownText(event.blocker.text)}`)}`
    case 'in-front':
      return `${style.cyan('in front')} ${shownText(event.agent)}  ${style.faint(shownText(event.reason))}`
    case 'complete':
      return `${style.green('complete')} ${shownText(event.text)}`
    case 'injection':
      return injected(event, style)
    case 'typing-waits':
      return `${style.yellow('a text waits')} ${shownText(event.reason)}`
    case 'escalation':
      return `${style.yellow('escalation')} ${event.escalation.slice(-8)} ${style.faint(`to ${shownText(event.level)}`)}`
    case 'announced':
      return `${event.ok ? 'told' : style.red('could not tell')} ${shownText(event.to)} ${style.faint(`through ${shownText(event.channel)}${event.why === undefined ? '' : `: ${shownText(event.why)}`}`)}`
    case 'raised':
      return `${style.yellow(`goes up to ${shownText(event.to)}`)} ${style.faint(shownText(event.reason))}`
    case 'escalation-held':
      return `${shownText(event.from)} ${event.how === 'ack' ? 'is on it' : 'snoozes it'} ${style.faint(`until ${clock(event.until)}`)}`
    case 'answer-received':
      return answered(event, style)
    case 'delivered':
      return `${event.confirmed ? 'delivered' : style.yellow('not delivered')} through ${shownText(event.step)} ${style.faint(shownText(event.why))}`
    case 'escalation-closed':
      return `${style.green(shownText(event.outcome))} ${style.faint(shownText(event.reason))}`
    case 'limit':
      return `${style.magenta(`limit: ${shownText(event.what)}`)} ${style.faint(shownText(event.why))}`
    case 'exited':
      return `${style.magenta('exited')} ${shownText(event.reason)}`
    case 'closed':
      return style.faint('closed')
    case 'renamed':
      return `renamed to ${shownText(event.to)}`
  }
}

function taskNews(what: Extract<OrchEvent, { type: 'project-task' }>['what'], style: Styles): string {
  if (what === 'completed') return style.green(what)
  if (what === 'failed') return style.red(what)
  if (what === 'blocked' || what === 'retrying') return style.yellow(what)
  return what === 'goes-on' ? 'goes on' : style.cyan(what)
}

function answered(event: Extract<OrchEvent, { type: 'answer-received' }>, style: Styles): string {
  const { from, via, choice, verdict, why } = event
  const what = choice === '' ? 'answers' : `answers ${JSON.stringify(shownText(choice))}`
  const result = verdict === 'taken' ? style.green('taken') : style.yellow(verdict)
  const reason = why === undefined ? '' : ` ${style.faint(shownText(why))}`
  return `${shownText(from)} ${what} ${style.faint(`(${shownText(via)})`)}  ${result}${reason}`
}

function injected(event: Extract<OrchEvent, { type: 'injection' }>, style: Styles): string {
  const typed = [event.text === undefined ? '' : JSON.stringify(event.text), ...event.keys]
    .filter(Boolean)
    .join(' ')
  const result = event.confirmed ? style.green('confirmed') : style.yellow('not confirmed')
  return `${style.blue('typed')} ${shownText(typed)}  ${result}: ${shownText(event.evidence)}`
}

/** Local time of day with milliseconds. */
function clock(iso: string): string {
  const date = new Date(iso)
  const pad = (value: number, digits = 2) => String(value).padStart(digits, '0')
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map((value) => pad(value)).join(':')
  return `${time}.${pad(date.getMilliseconds(), 3)}`
}
