/** Messages as people read them. */
import type { Message } from '../../mail/message.ts'
import type { Output } from '../output.ts'

/** Text of somebody else without what a terminal would obey; line breaks and tabs stay. */
export function shownText(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(/(?![\n\t])[\p{Cc}\p{Bidi_Control}]/gu, '�')
}

/** The head of a message and its text below, for a listing. */
export function messageBlock(message: Message, text: string, task: string, out: Output): string {
  const { faint, bold } = out.style
  const to = message.to === undefined ? '' : ` → ${oneLine(message.to)}`
  const about = [clock(message.ts), oneLine(message.type), `task ${oneLine(task)}`, oneLine(message.id)]
  const options =
    message.options?.map((option, index) => `\n  ${index + 1}. ${oneLine(option)}`).join('') ?? ''
  const files = message.attachments
    ?.filter(({ role }) => role !== 'text')
    .map(({ name, path, bytes }) => `\n  + ${oneLine(name)} (${bytes} bytes): ${oneLine(path)}`)
    .join('')
  const head = `${bold(oneLine(message.from))}${to}  ${faint(about.filter(Boolean).join(' · '))}`
  return `${head}\n${indented(text)}${options}${files ?? ''}\n`
}

export function indented(text: string): string {
  return shownText(text)
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n')
}

export function oneLine(text: string): string {
  return shownText(text).replace(/\s+/g, ' ').slice(0, 300)
}

/** Local time of the day, with the date when it is not today. */
export function clock(ts: string): string {
  const date = new Date(ts)
  if (Number.isNaN(date.getTime())) return ''
  const time = date.toTimeString().slice(0, 8)
  const sameDay = date.toDateString() === new Date().toDateString()
  return sameDay ? time : `${date.toISOString().slice(0, 10)} ${time}`
}
