import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { parseArrived } from '../../support/stand-in-session.ts'
import { useService } from '../../support/use-service.ts'

const world = useService()
const { client, service } = world
const program = fileURLToPath(new URL('../../support/stand-ins/framed.mjs', import.meta.url))

const removal = { kind: 'confirm', message: 'Delete the old directory?', labels: ['Yes', 'No'] }
const framework = { kind: 'select', message: 'Which framework?', labels: ['Vue', 'React', 'Svelte'] }
const name = { kind: 'text', message: 'What is the name of the project?' }
const tools = { kind: 'multiselect', message: 'Which tools?', labels: ['ESLint', 'Prettier', 'Vitest'] }

async function ask(session: string, ...questions: object[]) {
  const log = join(service.work, `${session}.log`)
  await world.launch(session, [process.execPath, program, log, JSON.stringify({ questions })])
  return {
    bytes: () =>
      parseArrived(log)
        .flatMap(({ got }) => got ?? [])
        .join(''),
    /** Resolves when the screen shows it. */
    shows: async (text: string) => {
      for await (const frame of client().frames(session)) if (frame.lines.join('').includes(text)) break
    },
  }
}

describe('a program that asks as Clack does', () => {
  it('gets every answer as it was meant, though it draws only what changed', async () => {
    const asking = await ask('create', removal, framework, name, tools)
    await asking.shows(removal.message)
    expect(await client().answer('create', { choice: 'deny' })).toMatchObject({ chosen: 'No' })
    await asking.shows(framework.message)
    expect(await client().answer('create', { choice: 'Svelte' })).toMatchObject({ chosen: 'Svelte' })
    await asking.shows(name.message)
    expect(await client().answer('create', { text: 'shop two' })).toMatchObject({ chosen: 'shop two' })
    await asking.shows(tools.message)
    await client().answer('create', { options: [1, 3] })
    await asking.shows('done')
    expect(asking.bytes()).toBe('\u001b[C\r\u001b[B\u001b[B\rshop two\r \u001b[B\u001b[B \r')
    const screen = (await client().read('create')).lines.join('\n')
    for (const answer of ['No', 'Svelte', 'shop two', 'ESLint,Vitest']) expect(screen).toContain(answer)
  })

  it('gets nothing that was meant for another question', async () => {
    const asking = await ask('other', removal, framework)
    await asking.shows(removal.message)
    const fingerprint = '0123456789abcdef'
    await expect(client().answer('other', { choice: 'approve', fingerprint })).rejects.toMatchObject({
      code: 'prompt-changed',
    })
    expect(asking.bytes()).toBe('')
  })
})
