import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { changeSettings, registerProject } from '../../src/projects/change-registry.ts'
import { initProject } from '../../src/projects/project-places.ts'
import { ProjectClient } from '../../src/service/project-client.ts'
import { overOf, writeTask } from '../support/projects/project-world.ts'
import { useService } from '../support/use-service.ts'

const { service, client, watch } = useService()

/** Says its last argument, and works on `long` until it is stopped. */
const agent = `#!/bin/sh
for word in "$@"; do :; done
echo "said: $word"
case "$word" in *long*) sleep 60 ;; esac
`

it('works on the documents of projects, tells of it, and ends or begins tasks as it is asked to', {
  timeout: 60_000,
}, async () => {
  const project = join(service.work, 'shop')
  mkdirSync(project)
  initProject(project)
  writeFileSync(join(service.work, 'agent.sh'), agent, { mode: 0o755 })
  writeFileSync(
    service.home.config,
    `agent: mine\nagents:\n  mine: { command: [${join(service.work, 'agent.sh')}] }\nprojects: { settle: 100ms }\n`,
  )
  const events = watch()
  const projects = new ProjectClient(client())
  await registerProject(service.home, project, { name: 'shop' })
  const short = writeTask(project, 'short', 'a short one', 1)
  const long = writeTask(project, 'long', 'a long one', 2)
  expect(await overOf(project, short)).toMatchObject({ status: 'completed', agent: 'mine' })
  await events.until(
    (event) => event.type === 'project-task' && event.task === long && event.what === 'started',
  )
  await expect
    .poll(async () => (await projects.list()).projects)
    .toMatchObject([{ name: 'shop', task: long }])
  expect(await projects.restart()).toEqual({ restarted: ['shop'] })
  expect(await projects.cancel('shop', 'long')).toMatchObject({ task: long })
  expect(await overOf(project, long)).toMatchObject({ status: 'cancelled' })
  await expect(projects.runNow('shop', 'long')).rejects.toThrow('is over: cancelled')
  await expect(projects.retry('nothing', 'long')).rejects.toThrow('There is no project "nothing"')
  writeTask(project, 'long', 'not so much', 2)
  expect(await projects.retry('shop', 'long')).toMatchObject({ task: long })
  await events.until(
    (event) => event.type === 'project-task' && event.task === long && event.what === 'completed',
  )
  await expect.poll(() => projects.tidy('shop', { olderThanMs: 0 })).toMatchObject({ tidied: [long, short] })
  expect(existsSync(join(project, 'archive', long, `${long}.md`))).toBe(true)
})

it('has the next attempt done as its project says by then', { timeout: 60_000 }, async () => {
  const project = join(service.work, 'set')
  mkdirSync(project)
  initProject(project)
  writeFileSync(join(service.work, 'other.sh'), '#!/bin/sh\necho "other: $1"\n', { mode: 0o755 })
  const agents = ['agent', 'other'].map((name) => `  ${name}: { command: [${service.work}/${name}.sh] }\n`)
  writeFileSync(service.home.config, `agents:\n${agents.join('')}projects: { settle: 100ms, agent: agent }\n`)
  await registerProject(service.home, project, { name: 'set', settings: { agent: 'agent' } })
  const first = writeTask(project, 'first', 'Do this.', 1)
  expect(await overOf(project, first)).toMatchObject({ agent: 'agent', stdout: 'said: Do this.\n' })
  const set = { agent: 'other', prompt: '/go {text} of {task}' }
  await changeSettings(service.home, 'set', { set, unset: [] })
  const second = writeTask(project, 'second', 'Do that.', 2)
  expect(await overOf(project, second)).toMatchObject({
    agent: 'other',
    stdout: `other: /go Do that. of ${second}\n`,
  })
  const own = writeTask(project, 'own', 'Do it.', 3, 'agent: agent\nprompt: "{text}!"')
  expect(await overOf(project, own)).toMatchObject({ agent: 'agent', stdout: 'said: Do it.!\n' })
})
