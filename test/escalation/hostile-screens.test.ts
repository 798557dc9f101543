import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { escalationsIn, setPolicy } from '../support/escalation-scene.ts'
import { hostileScreens as allScreens, type HostileScreen } from '../support/hostile-screens.ts'
import { parseArrived } from '../support/stand-in-session.ts'
import { useService } from '../support/use-service.ts'

const { service, client, watch } = useService()
const hostileScreens = allScreens()

/** Sessions that show their screens at the same time. */
const sessions = 8
/** A screen is read well within this; what would be typed on account of it is typed then. */
const readMs = 600

/** What a terminal may answer to a question about itself: nothing in it comes from the program. */
const terminalAnswers =
  /\x1b\[[?>=]?[\d;]*[cnRuy]|\x1b\](?:7501;\?|1[0-2];rgb:[\da-f/]+|4;\d+;rgb:[\da-f/]+)(?:\x07|\x1b\\)|\x1bP(?:>\|[^\r\x1b]*|[01][$+]r)\x1b\\|\x1b\[\??\d+;\d\$y/giu

/** Whatever is asked and can be approved is, but not what the honest dialogs ask for. */
const readyToApprove = (evidence: 'report' | 'screen') => `
    - {name: look around, action: approve, evidence: ${evidence}, match: {command: ['{ls,cat,git} **']}}
    - {name: go on, action: {choose: 'Yes*'}, evidence: ${evidence}, match: {kind: [trust], text: '*folder*'}}
    - {name: not that, action: hold, match: {command: ['unlisted-program **']}}`

it('is at least sixty screens', () => expect(hostileScreens.length).toBeGreaterThan(60))

it('approves nothing, types nothing and answers nothing, whatever a program shows', async () => {
  setPolicy(service.home, readyToApprove('screen'))
  const plain = inGroups(hostileScreens.filter(({ place }) => place === 'bottom'))
  await showAll('plain', [...inGroups(hostileScreens.filter(({ place }) => place === 'output')), ...plain])
}, 120_000)

it('takes nothing at the bottom of an agent’s terminal for its own word, however it looks', async () => {
  setPolicy(service.home, readyToApprove('report'))
  const imitated = hostileScreens.filter(({ place, name }) => place === 'bottom' && name.includes('dialog'))
  await showAll('agent', inGroups(imitated, sessions), 'claude')
}, 120_000)

async function showAll(set: string, groups: HostileScreen[][], agent?: string): Promise<void> {
  const events = watch()
  const share = Math.max(...groups.map(({ length }) => length))
  const showers = await Promise.all(
    groups.map((screens, index) => launchShower(`${set}-${index}`, screens, agent)),
  )
  for (let round = 0; round < share; round += 1) {
    const showing = showers.filter(({ screens }) => screens[round] !== undefined)
    await Promise.all(showing.map((shower) => shower.step(2 * round)))
    await delay(readMs)
    await Promise.all(
      showing.map(async (shower) => {
        await shower.step(2 * round + 1)
        const asks = `--number ${round}`
        // The dialog after it is read: everything that was shown before is over and done with.
        await events.until(
          (event) =>
            (event.type === 'blocker' || event.type === 'prompt') &&
            event.name === shower.name &&
            event.blocker.prompt?.subject.endsWith(asks) === true,
        )
      }),
    )
    for (const { name, screens, typed } of showing) {
      expect(typed(), `typed into ${name} at "${screens[round]?.name}"`).toBe('')
    }
    const answered = escalationsIn(service.home).filter(
      ({ answers, outcome }) => answers.length > 0 || outcome === 'answered',
    )
    expect(answered).toEqual([])
  }
  expect(messagesOfOthers()).toEqual([])
}

/** Agents show what their tools put out; what is put out on the bare terminal comes from plain programs. */
function inGroups(screens: readonly HostileScreen[], groups = sessions / 2): HostileScreen[][] {
  const share = Math.ceil(screens.length / groups)
  return Array.from({ length: groups }, (_, index) => screens.slice(index * share, (index + 1) * share))
}

async function launchShower(name: string, screens: readonly HostileScreen[], shown?: string) {
  const directory = join(service.work, name)
  mkdirSync(directory)
  const [file, log, step] = [join(directory, 'screens.json'), join(directory, 'log'), join(directory, 'step')]
  writeFileSync(file, JSON.stringify(screens))
  const program = fileURLToPath(new URL('../support/stand-ins/shower.mjs', import.meta.url))
  const agent = screens[0]?.place === 'output' ? 'claude' : shown
  await client().launch({
    ...{ task: name, name, ...(agent !== undefined && { agent }) },
    command: [process.execPath, program, log, JSON.stringify({ file, step })],
    cwd: directory,
    env: { PATH: process.env['PATH'] ?? '' },
  })
  return {
    name,
    screens,
    typed: () =>
      parseArrived(log)
        .flatMap(({ got }) => got ?? [])
        .join('')
        .replace(terminalAnswers, ''),
    step: async (number: number) => {
      writeFileSync(`${step}.${number}`, '')
      while (!parseArrived(log).some(({ stepped }) => stepped === number)) await delay(20)
    },
  }
}

/** The sender of every message in the threads that is not the service speaking for a session. */
function messagesOfOthers(): string[] {
  const root = service.home.comms
  if (!existsSync(root)) return []
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('thread.jsonl'))
    .flatMap((path) => readFileSync(join(root, path), 'utf8').trim().split('\n'))
    .map((line): unknown => JSON.parse(line).from)
    .filter((from) => typeof from !== 'string' || !from.startsWith('session_'))
    .map(String)
}
