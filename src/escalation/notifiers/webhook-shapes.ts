/** What receivers of webhooks want to get. */

import type { Notice, Urgency } from './notice.ts'
import type { WebhookConfig } from './notifier-config.ts'

export interface WebhookRequest {
  url: URL
  body: string
}

export function requestFor(shape: WebhookConfig['shape'], url: URL, notice: Notice): WebhookRequest {
  if (shape === 'ntfy') return ntfy(url, notice)
  return { url, body: JSON.stringify(shape === 'slack' ? slack(notice) : { version: 1, ...notice }) }
}

/** The address of a topic is given; JSON goes to the address above it, with the topic inside. */
function ntfy(address: URL, notice: Notice): WebhookRequest {
  const url = new URL(address)
  const parts = url.pathname.split('/').filter((part) => part !== '')
  const topic = parts.pop() ?? ''
  url.pathname = `/${parts.join('/')}`
  const message = { topic: decodeURIComponent(topic), title: notice.title, message: textOf(notice) }
  const body = {
    ...message,
    priority: ntfyPriority[notice.urgency],
    tags: [notice.kind],
    ...(notice.link !== undefined && { click: notice.link }),
  }
  return { url, body: JSON.stringify(body) }
}

/** 3 is what ntfy calls the default, 5 its most urgent. */
const ntfyPriority: Record<Urgency, number> = { low: 2, medium: 3, high: 4, critical: 5 }

/** Only `text`, which every Slack-compatible receiver knows. In a block of code nobody is mentioned. */
function slack(notice: Notice): { text: string } {
  const code = `\`\`\`\n${slackText(textOf(notice).replaceAll('`', 'ˋ'))}\n\`\`\``
  const link = notice.link === undefined ? '' : `\n<${slackText(notice.link.replaceAll('|', '%7C'))}>`
  return { text: `*${slackText(notice.title.replace(/[*`@]/g, ''))}*\n${code}${link}` }
}

function slackText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

function textOf({ body, options, reason, commands }: Notice): string {
  const choices = options.map(({ number, label }) => `${number}. ${label}`)
  return [body, ...choices, reason, ...commands].filter((line) => line !== '').join('\n')
}
