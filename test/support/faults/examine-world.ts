/** What has to be true of a world after a fault, when the doctors have been there. */
import { cpSync, lstatSync, readdirSync, rmSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { examineCoordination } from '../../../src/coordination/examine.ts'
import { ownFile } from '../../../src/coordination/own-file.ts'
import { type Comms, commsAt } from '../../../src/mail/comms.ts'
import { examineMail } from '../../../src/mail/doctor.ts'
import { listMailboxes, mailboxAt } from '../../../src/mail/mailbox.ts'
import { readThread } from '../../../src/mail/thread-log.ts'
import { archivedThreads, openThreads } from '../../../src/mail/threads.ts'
import { later } from './operations.ts'

export interface Counted {
  /** Ids of messages: `<mailbox> <id>`, each as often as it is there. */
  messages: string[]
  /** Names of tasks: `<task>`, once for each place where its file is. */
  tasks: string[]
}

/** Keeps what there is before a fault. */
export function snapshot(base: string): void {
  cpSync(join(base, 'comms'), join(base, 'before'), { recursive: true, verbatimSymlinks: true })
}

/** Repairs a world and gives what is wrong with it then, in words. */
export async function repairAndExamine(base: string): Promise<string[]> {
  const comms = commsAt(join(base, 'comms'))
  const before = count(commsAt(join(base, 'before')))
  for (let round = 0; round < 2; round++) {
    await examineCoordination(comms, { fix: true, now: later() })
    examineMail(comms, { fix: true, now: later() })
  }
  const mail = examineMail(comms, { fix: false, now: later() }).problems
  const coordination = (await examineCoordination(comms, { fix: false, now: later() })).problems
  const after = count(comms)
  return [
    ...mail.map(({ kind, path, detail }) => `mail doctor: ${kind} ${relative(base, path)}: ${detail}`),
    ...coordination.map(({ path, problem }) => `coord doctor: ${relative(base, path)}: ${problem}`),
    ...before.messages.filter((id) => !after.messages.includes(id)).map((id) => `lost message ${id}`),
    ...before.tasks.filter((task) => !after.tasks.includes(task)).map((task) => `lost task ${task}`),
    ...doubled(after.messages).map((id) => `doubled message ${id}`),
    ...doubled(after.tasks).map((task) => `doubled task ${task}`),
    ...undelivered(comms),
    ...leftovers(base).map((path) => `left over: ${path}`),
  ]
}

export function count(comms: Comms): Counted {
  const mailboxes = listMailboxes(comms).map((name) => mailboxAt(comms, name))
  const messages = mailboxes.flatMap((mailbox) =>
    [...openThreads(comms, mailbox), ...archivedThreads(comms, mailbox)].flatMap(({ directory }) =>
      readThread(comms, directory).messages.map(({ id }) => `${mailbox.name} ${id}`),
    ),
  )
  const tasks = mailboxes.flatMap(({ path }) =>
    ['coordination', 'tasks'].flatMap((name) => walk(join(path, name)).flatMap(taskIn)),
  )
  return { messages, tasks }
}

/** Whoever wants to know of the end of a task is told of it, once. */
function undelivered(comms: Comms): string[] {
  const { responses, pendingNotifications, deliveredNotifications } = mailboxAt(comms, 'claude')
  const told = [pendingNotifications, deliveredNotifications].flatMap((path) => readdirSync(path))
  const results = readdirSync(responses)
  const ended = ['claude_cli', 'claude_cli_orch_77'].flatMap((name) => {
    const { completed } = mailboxAt(comms, name)
    // What is a link was completed by another mailbox.
    return readdirSync(completed).filter((task) => lstatSync(join(completed, task)).isDirectory())
  })
  return ended.flatMap((task) => {
    if (/_t\d+(?:\.\d+)*$/.test(task)) return []
    const times = told.filter((name) => name.endsWith(`_${task}.txt`)).length
    return [
      ...(results.includes(`${task}_result.md`) ? [] : [`no result of ${task} was delivered`]),
      ...(times === 1 ? [] : [`told ${times} times of ${task}`]),
    ]
  })
}

/** Of a worked-through world nothing may lie about that nobody will ever look at. */
function leftovers(base: string): string[] {
  const known = ['comms', 'home', 'files', 'before']
  const inBase = readdirSync(base).filter((name) => !known.includes(name))
  const all = walk(join(base, 'comms')).filter((path) => !path.includes('/lost_found/'))
  const links = readdirSync(join(base, 'home', '.claude')).filter(
    (name) => !/^coordination_orch_\d+$/.test(name),
  )
  const temporary = all.filter((path) => /\.tmp$|\/\.claiming_/.test(path))
  return [...inBase, ...links, ...temporary.map((path) => relative(base, path))]
}

/** All paths below, links as what they are. */
function walk(directory: string): string[] {
  return readdirSync(directory).flatMap((name) => {
    const path = join(directory, name)
    return lstatSync(path).isDirectory() ? [path, ...walk(path)] : [path]
  })
}

/** The task whose own file it is. */
function taskIn(path: string): string[] {
  const name = basename(path)
  const noTask = /(?:^|\.)(?:response|completion|failure)\.md$|^progress\.md$|^review_/
  if (!name.endsWith('.md') || noTask.test(name) || path.includes('/attachments/')) return []
  const [, task = '', pid] = /^(.*?)(?:\.(\d+))?\.md$/.exec(name) ?? []
  // `<parent>_t1.2.md` is the second subtask of `<parent>_t1`, unless its directory says that 2 is a pid.
  const directory = basename(dirname(path))
  const own =
    directory.startsWith('.claiming_') ||
    directory.endsWith(`_${pid}_${task}`) ||
    (directory === task && ownFile(dirname(path), task) === name)
  return [pid === undefined || own ? task : `${task}.${pid}`]
}

function doubled(names: readonly string[]): string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))]
}

export function removeWorld(base: string): void {
  rmSync(base, { recursive: true, force: true })
}
