import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { useService } from '../../support/use-service.ts'

const world = useService()
const { client } = world

describe('a line that a program asks for', () => {
  it('is answered with text, and a password is written down nowhere', async () => {
    const script =
      'printf "Password: "; stty -echo; read p; stty echo; echo; echo "got $(printf %s "$p" | wc -c)"; exec sleep 60'
    await world.launch('asks', ['/bin/sh', '-c', script])
    for await (const frame of client().frames('asks')) if (frame.lines.join('').includes('Password:')) break
    expect(await client().answer('asks', { text: 'hunter2-secret', secret: true })).toMatchObject({
      chosen: '',
    })
    for await (const frame of client().frames('asks')) if (frame.lines.join('').includes('got 14')) break
    const journal = readFileSync(world.service.home.events, 'utf8')
    expect(journal).toContain('"verb":"answer"')
    expect(journal).not.toContain('hunter2')
  })

  it('takes no more than the system keeps of a line', async () => {
    await world.launch('lines', ['cat'])
    const injecting = client().inject('lines', { text: 'x'.repeat(1_001) })
    await expect(injecting).rejects.toMatchObject({
      code: 'not-accepting-input',
      message: expect.stringContaining('canonical mode'),
    })
  })
})

describe('a question for yes or no at the cursor', () => {
  const asks = (read: string) => `printf 'Delete it? [Y/n] '; ${read}; echo; echo "got <$a>"; exec sleep 60`

  it('gets a letter and Enter from a program that reads lines', async () => {
    await world.launch('line', ['/bin/sh', '-c', asks('read a')])
    for await (const frame of client().frames('line')) if (frame.lines.join('').includes('[Y/n]')) break
    await client().answer('line', { choice: 'approve' })
    for await (const frame of client().frames('line')) if (frame.lines.join('').includes('got <y>')) break
  })

  it('gets a letter alone from one that reads keys', async () => {
    await world.launch('key', ['/bin/bash', '-c', asks('read -rn1 a; stty -icanon -echo')])
    for await (const frame of client().frames('key')) if (frame.lines.join('').includes('[Y/n]')) break
    await client().answer('key', { choice: 'deny' })
    for await (const frame of client().frames('key')) if (frame.lines.join('').includes('got <n>')) break
  })
})
