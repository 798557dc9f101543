import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { useService } from '../support/use-service.ts'

const { service, client, watch, launch } = useService()

async function asked(name: string, script: string): Promise<string> {
  const events = watch()
  await launch(name, ['sh', '-c', script])
  const opened = await events.until((event) => event.type === 'escalation' && event.name === name)
  return opened.type === 'escalation' ? opened.escalation : ''
}

const permission = `printf 'PERMISSION: go on? [y/n] '; read a; echo "got <$a>"; exec sleep 60`

describe('an escalation over the API', () => {
  it('is answered by the first, and tells the second who was first', async () => {
    const id = await asked('first', permission)
    const [one, two] = await Promise.allSettled([
      client().answerEscalation(id, { choice: 'approve' }),
      client().answerEscalation(id.slice(-8), { choice: 'deny', by: 'claude' }),
    ])
    const lost = [one, two].find(({ status }) => status === 'rejected')
    expect([one.status, two.status].sort()).toEqual(['fulfilled', 'rejected'])
    expect(lost).toMatchObject({ reason: { code: 'already-answered' } })
    const { answers, outcome, deliveries } = await client().escalation(id)
    expect(outcome).toBe('answered')
    expect(answers.map(({ verdict }) => verdict).sort()).toEqual(['late', 'taken'])
    expect(deliveries).toMatchObject([{ step: 'api', confirmed: true }])
    await expect(client().answerEscalation(id, { choice: 'deny' })).rejects.toMatchObject({
      code: 'already-answered',
    })
  })

  it('is granted by nobody who may not, and stands open until somebody does', async () => {
    const id = await asked('granted', permission)
    const refused = client().answerEscalation(id, { choice: 'approve', by: 'claude_cli_orch_1' })
    await expect(refused).rejects.toMatchObject({
      code: 'not-allowed',
      hint: expect.stringContaining('escalate'),
    })
    expect((await client().escalation(id)).outcome).toBeUndefined()
    await client().answer('granted', { choice: 'deny' })
    expect((await client().escalation(id)).closing).toContain('human answered')
  })

  it('is not given to whoever waits while somebody is on it, and goes up with its reason', async () => {
    const id = await asked('held', permission)
    expect((await client().nextEscalation({ mailbox: 'desktop' }))?.id).toBe(id)
    expect(await client().nextEscalation({ mailbox: 'human' })).toBeUndefined()
    const { ack, holds } = await client().acknowledge(id, { by: 'claude', forMs: 60_000 })
    expect([ack?.by, holds.length]).toEqual(['claude', 1])
    expect(await client().nextEscalation({ mailbox: 'desktop' })).toBeUndefined()
    const waiting = client().nextEscalation({ mailbox: 'human', waitMs: 30_000 })
    const raised = await client().raise(id, { reason: 'production', by: 'claude' })
    expect(raised).toMatchObject({ level: 'human', raises: [{ by: 'claude', reason: 'production' }] })
    expect((await waiting)?.id).toBe(id)
    await expect(client().raise(id, { reason: 'again' })).rejects.toMatchObject({ code: 'usage' })
    await expect(client().raise(id, { reason: 'down', to: 'desktop' })).rejects.toMatchObject({
      code: 'usage',
    })
    expect(await client().snooze(id, { forMs: 60_000 })).toMatchObject({ holds: [{}, { how: 'snooze' }] })
    expect(await client().nextEscalation()).toBeUndefined()
  })

  it('keeps a secret nowhere', async () => {
    const script = `printf 'Password: '; stty -echo; read a; stty echo; echo; echo "length \${#a}"; exec sleep 60`
    const id = await asked('secret', script)
    const secret = 'Tr0ub4dor-and-3'
    await expect(client().answerEscalation(id, { text: secret })).rejects.toMatchObject({
      code: 'not-allowed',
    })
    await client().answerEscalation(id, { text: secret, secret: true })
    expect((await client().read('secret')).lines.join('\n')).toContain(`length ${secret.length}`)
    expect(filesBelow(service.home.root).filter((path) => contentOf(path).includes(secret))).toEqual([])
  })

  it('is not found by what names none', async () => {
    await expect(client().escalation('nosuch')).rejects.toMatchObject({ code: 'escalation-not-found' })
    await expect(client().acknowledge('no')).rejects.toMatchObject({ code: 'escalation-not-found' })
  })
})

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

/** What stands in the file; the service lives meanwhile, and a file that it removed holds nothing any more. */
function contentOf(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0)
    throw error
  }
}
