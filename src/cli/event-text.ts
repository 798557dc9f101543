/** Events as lines for people. */
import type { z } from 'zod'
import type { OrchEvent as OrchEventSchema, SessionInfo } from '../service/api.ts'
import { plainText } from './plain-text.ts'
import { shortId, styledState } from './session-text.ts'
import type { Styles } from './styles.ts'

export type OrchEvent = z.infer<typeof OrchEventSchema>

/** The event as one line, a screen change as one line for each of its rows. */
export function describeEvent(event: OrchEvent, style: Styles): string[] {
  const time = style.faint(clock(event.ts))
  if (event.type === 'terminal')
    return [`${time}  terminal ${plainText(event.state)}: ${plainText(event.why)}`]
  if (event.type === 'config') {
    const what = event.ok ? 'configuration read again' : style.red('configuration refused')
    return [`${time}  ${what}: ${plainText(event.path)} ${style.faint(plainText(event.why))}`]
  }
  const who = `${time}  ${style.bold(shortId({ id: event.session }))}  ${plainText(event.name)}`
  if (event.type === 'screen')
    return event.lines.map((line) => `${who} ${style.faint('│')} ${plainText(line)}`)
  return [`${who}  ${what(event, style)}`]
}

/** A session that waits already when somebody begins to look. */
export function describeWaiting(session: SessionInfo, style: Styles): string {
  const { waitsFor, name } = session
  const time = style.faint(clock(waitsFor?.since ?? session.since))
  const blocker = waitsFor ? `${waitsFor.kind}: ${plainText(waitsFor.text)}` : plainText(session.reason)
  return `${time}  ${style.bold(shortId(session))}  ${plainText(name)}  ${style.yellow('waits')} ${blocker}`
}

type SessionEvent = Exclude<OrchEvent, { type: 'terminal' | 'config' | 'screen' }>

function what(event: SessionEvent, style: Styles): string {
  switch (event.type) {
    case 'launched':
      return `${style.cyan('launched')} ${plainText(event.agent)}: ${plainText(event.task)}`
    case 'state':
      return `${event.from} → ${styledState(event.to, style)}  ${style.faint(plainText(event.reason))}`
    case 'blocker':
      return `${style.yellow(`needs ${event.blocker.kind}`)} ${plainText(event.blocker.text)}`
    case 'prompt':
      return `${style.yellow(`asks (${event.blocker.prompt?.kind ?? event.blocker.kind})`)} ${plainText(event.blocker.text)}`
    case 'unblocked':
      return `${style.green('goes on')} ${style.faint(`after ${event.blocker.kind}: ${plainText(event.blocker.text)}`)}`
    case 'in-front':
      return `${style.cyan('in front')} ${plainText(event.agent)}  ${style.faint(plainText(event.reason))}`
    case 'complete':
      return `${style.green('complete')} ${plainText(event.text)}`
    case 'injection':
      return injected(event, style)
    case 'typing-waits':
      return `${style.yellow('a text waits')} ${plainText(event.reason)}`
    case 'escalation':
      return `${style.yellow('escalation')} ${event.escalation.slice(-8)} ${style.faint(`to ${plainText(event.level)}`)}`
    case 'announced':
      return `${event.ok ? 'told' : style.red('could not tell')} ${plainText(event.to)} ${style.faint(`through ${plainText(event.channel)}${event.why === undefined ? '' : `: ${plainText(event.why)}`}`)}`
    case 'raised':
      return `${style.yellow(`goes up to ${plainText(event.to)}`)} ${style.faint(plainText(event.reason))}`
    case 'escalation-held':
      return `${plainText(event.from)} ${event.how === 'ack' ? 'is on it' : 'snoozes it'} ${style.faint(`until ${clock(event.until)}`)}`
    case 'answer-received':
      return answered(event, style)
    case 'delivered':
      return `${event.confirmed ? 'delivered' : style.yellow('not delivered')} through ${plainText(event.step)} ${style.faint(plainText(event.why))}`
    case 'escalation-closed':
      return `${style.green(plainText(event.outcome))} ${style.faint(plainText(event.reason))}`
    case 'exited':
      return `${style.magenta('exited')} ${plainText(event.reason)}`
    case 'closed':
      return style.faint('closed')
    case 'renamed':
      return `renamed to ${plainText(event.to)}`
  }
}

function answered(event: Extract<OrchEvent, { type: 'answer-received' }>, style: Styles): string {
  const { from, via, choice, verdict, why } = event
  const what = choice === '' ? 'answers' : `answers ${JSON.stringify(plainText(choice))}`
  const result = verdict === 'taken' ? style.green('taken') : style.yellow(verdict)
  const reason = why === undefined ? '' : ` ${style.faint(plainText(why))}`
  return `${plainText(from)} ${what} ${style.faint(`(${plainText(via)})`)}  ${result}${reason}`
}

function injected(event: Extract<OrchEvent, { type: 'injection' }>, style: Styles): string {
  const typed = [event.text === undefined ? '' : JSON.stringify(event.text), ...event.keys]
    .filter(Boolean)
    .join(' ')
  const result = event.confirmed ? style.green('confirmed') : style.yellow('not confirmed')
  return `${style.blue('typed')} ${plainText(typed)}  ${result}: ${plainText(event.evidence)}`
}

/** Local time of day with milliseconds. */
function clock(iso: string): string {
  const date = new Date(iso)
  const pad = (value: number, digits = 2) => String(value).padStart(digits, '0')
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map((value) => pad(value)).join(':')
  return `${time}.${pad(date.getMilliseconds(), 3)}`
}
