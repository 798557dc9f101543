import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { ensurePrivateDirectory, resolveHome } from '../../src/lib/home.ts'
import { ServiceClient } from '../../src/service/client.ts'
import { ensureService, lockHolder, servicePaths, stopService } from '../../src/service/ensure-service.ts'
import { RunningService, serviceCommand } from '../support/running-service.ts'

const running: RunningService[] = []

function service(): RunningService {
  const one = new RunningService()
  running.push(one)
  return one
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()))
})

function getJson(socketPath: string, path: string): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    request({ socketPath, path, host: 'localhost' }, async (response) => {
      const chunks: Buffer[] = []
      for await (const chunk of response) chunks.push(chunk)
      resolve(JSON.parse(Buffer.concat(chunks).toString()))
    })
      .once('error', reject)
      .end()
  })
}

describe('the service', () => {
  it('is started once, however many commands want it at once', async () => {
    const { home } = service()
    const results = await Promise.all(Array.from({ length: 10 }, () => ensureService(home, serviceCommand)))
    expect(new Set(results.map(({ health }) => health.pid)).size).toBe(1)
    expect(results.filter(({ started }) => started)).toHaveLength(1)
    expect(lockHolder(home)).toBe(results[0]?.health.pid)
    expect(statSync(home.serviceSocket).mode & 0o777).toBe(0o600)
    expect(statSync(home.run).mode & 0o777).toBe(0o700)
  })

  it('says where it is, and that the embedded host is used because this is no Mac', async () => {
    const one = service()
    const client = await one.client()
    const health = await client.health()
    expect(health).toMatchObject({ home: one.home.root, sessions: 0 })
    if (process.platform !== 'darwin') {
      expect(health.terminal).toMatchObject({ kind: 'host', state: 'not-running' })
      expect(health.terminal.why).toContain('embedded host')
    }
    expect((await client.doctor()).checks.map(({ name }) => name)).toContain('agent claude')
  })

  it('starts in spite of what a killed one left behind, and again after it was stopped', async () => {
    const { home } = service()
    const first = await ensureService(home, serviceCommand)
    process.kill(first.health.pid, 'SIGKILL')
    expect(statSync(home.serviceSocket).isSocket()).toBe(true)
    const second = await ensureService(home, serviceCommand)
    expect(second.health.pid).not.toBe(first.health.pid)
    expect(await stopService(home)).toBe(true)
    expect(await stopService(home)).toBe(false)
    await expect(new ServiceClient(home.serviceSocket).health()).rejects.toMatchObject({
      code: 'service-unavailable',
    })
  })

  it('says why it does not start', async () => {
    const { home } = service()
    ensurePrivateDirectory(home.root)
    writeFileSync(home.config, 'agents: 7\n')
    await expect(ensureService(home, serviceCommand)).rejects.toMatchObject({
      code: 'invalid-config',
      message: expect.stringMatching(/config\.yaml is not valid:[\s\S]*agents/),
      hint: expect.stringContaining('docs/configuration.md'),
    })
    expect(readFileSync(servicePaths(home).log, 'utf8')).toContain('config.yaml')
  })

  it('is told from one that does not run when it does not answer, and is ended all the same', async () => {
    const { home } = service()
    const { health } = await ensureService(home, serviceCommand)
    process.kill(health.pid, 'SIGSTOP')
    await expect(ensureService(home, serviceCommand, 300)).rejects.toMatchObject({
      code: 'service-unavailable',
      message: `The service (pid ${health.pid}) runs but does not answer.`,
      hint: expect.stringContaining('service restart'),
    })
    expect(await stopService(home, 300)).toBe(true)
    expect(lockHolder(home)).toBeUndefined()
  })

  it('is not started, and nothing is made, where its socket could not be', async () => {
    const home = resolveHome({ ITERM_ORCH_HOME: join(service().home.root, 'x'.repeat(120)) })
    await expect(ensureService(home, serviceCommand)).rejects.toMatchObject({
      code: 'socket-path-too-long',
      hint: 'Set ITERM_ORCH_HOME to a shorter directory.',
    })
    expect(existsSync(home.root)).toBe(false)
  })

  it('describes its API, and answers errors with a code, words and a hint', async () => {
    const one = service()
    const client = await one.client()
    const description = await getJson(one.home.serviceSocket, '/openapi.json')
    expect(Object.keys(description['paths'] ?? {})).toEqual(
      expect.arrayContaining(['/sessions', '/sessions/{reference}/inject', '/events']),
    )
    expect(await getJson(one.home.serviceSocket, '/nothing')).toMatchObject({ error: { code: 'usage' } })
    await expect(client.inject('nobody', { text: 'x' })).rejects.toMatchObject({
      code: 'session-not-found',
      exitCode: 3,
      hint: expect.stringContaining('launch'),
    })
    await expect(client.inject('nobody', {})).rejects.toMatchObject({ code: 'usage' })
    await expect(client.events({ sessions: ['nobody'] }).next()).rejects.toMatchObject({
      code: 'session-not-found',
    })
  })

  it('opens nothing when the launch cannot work', async () => {
    const one = service()
    const client = await one.client()
    const launch = { task: 'x', cwd: one.work, env: { PATH: '/nowhere' } }
    await expect(client.launch(launch)).rejects.toMatchObject({ code: 'program-not-found', exitCode: 3 })
    await expect(client.launch({ ...launch, agent: 'nobody' })).rejects.toMatchObject({
      code: 'agent-unknown',
    })
    await expect(client.launch({ ...launch, task: 'missing.md' })).rejects.toMatchObject({
      code: 'task-not-found',
    })
    await expect(client.launch({ ...launch, cwd: '/no/such/place' })).rejects.toMatchObject({ code: 'usage' })
    expect(await client.sessions()).toEqual([])
    expect((await client.health()).terminal.state).not.toBe('connected')
  })
})
