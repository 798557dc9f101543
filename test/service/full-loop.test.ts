import { createHash, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { useService } from '../support/use-service.ts'

const { service, client, watch, launch } = useService()

describe('the whole loop on the embedded host', () => {
  it('launches, notices the blocker, writes the thread, answers, and the program goes on', async () => {
    const events = watch()
    const [session] = await launch('asker', ['./asker.sh'])
    expect(session).toMatchObject({ name: 'asker', agent: 'asker.sh', terminal: 'host' })
    await events.until((event) => event.type === 'blocker' && event.blocker.kind === 'permission')
    expect(await client().session('asker')).toMatchObject({
      state: 'waiting',
      waitsFor: { kind: 'permission' },
    })
    const thread = join(service.home.comms, 'claude/instant_messaging/active/clean-up-the-logs/thread.jsonl')
    expect(JSON.parse(readFileSync(thread, 'utf8').split('\n')[0] ?? '')).toMatchObject({
      type: 'permission_request',
      text: 'PERMISSION: may I delete old.log? [y/n]',
      session: session?.id,
    })

    expect(await client().inject('asker', { text: 'y' })).toMatchObject({ confirmed: true })
    await events.until((event) => event.type === 'blocker' && event.blocker.kind === 'question')
    expect((await client().read('asker')).lines.join('\n')).toContain('got <y>')
    await client().inject('asker', { text: 'prod.conf' })
    await events.until((event) => event.type === 'complete' && event.text === 'COMPLETE: used prod.conf')
    const types = readFileSync(thread, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).type)
    // The end of the last question and the completion are told by different eyes.
    expect(types.slice(0, 3)).toEqual(['permission_request', 'withdrawn', 'clarification'])
    expect(types.slice(3).sort()).toEqual(['completion', 'withdrawn'])
  })

  it('types ten injections at once whole, one after the other', async () => {
    const file = join(service.work, 'ten.txt')
    await launch('ten', [
      '/bin/sh',
      '-c',
      `while read line; do echo "$line" >> ${file}; echo "ok $line"; done`,
    ])
    const texts = Array.from({ length: 10 }, (_, number) => `message number ${number} ${'x'.repeat(40)}`)
    const results = await Promise.all(texts.map((text) => client().inject('ten', { text })))
    expect(results.every(({ confirmed }) => confirmed)).toBe(true)
    expect(readFileSync(file, 'utf8').trim().split('\n')).toEqual(texts)
  })

  it('brings 1 MB of every Unicode plane to a raw-mode program byte for byte', async () => {
    const text = everyPlane(1_000_000)
    const bytes = Buffer.from(text)
    const file = join(service.work, 'received.bin')
    const sink = fileURLToPath(new URL('../support/raw-sink-main.ts', import.meta.url))
    const command = [
      process.execPath,
      '--import',
      import.meta.resolve('tsx'),
      sink,
      file,
      String(bytes.length),
    ]
    const events = watch()
    await launch('sink', command)
    for await (const frame of client().frames('sink')) if (frame.lines.join('').includes('READY')) break
    await client().inject('sink', { text, submit: false })
    for await (const frame of client().frames('sink')) if (frame.lines.join('').includes('DONE')) break
    expect(createHash('sha256').update(readFileSync(file)).digest('hex')).toBe(
      createHash('sha256').update(bytes).digest('hex'),
    )
    await events.until((event) => event.type === 'injection')
  })

  it('sends keys by name, resizes and attaches with styles', async () => {
    await launch('keys', [
      '/bin/sh',
      '-c',
      'printf "\\033[31mred\\033[0m\\n"; stty raw -echo; cat -v; sleep 600',
    ])
    await client().resize('keys', 100, 30)
    const frames = client().frames('keys')
    const { value: frame } = await frames.next()
    expect(frame).toMatchObject({ exited: false })
    expect(frame?.lines.join('\n')).toContain('\u001b[31mred\u001b[0m')
    expect(await client().inject('keys', { keys: ['up', 'ctrl-a', 'shift-tab'] })).toMatchObject({
      confirmed: true,
    })
    await client().input('keys', Buffer.from('typed'))
    for await (const next of frames) if (next.lines.join('').includes('typed')) break
    expect((await client().read('keys')).lines.join('')).toContain('^[[A^A^[[Z')
    expect(await client().session('keys')).toMatchObject({ columns: 100, rows: 30 })
  })
})

/** Text of about `length` bytes with characters of all 17 planes, without control characters. */
function everyPlane(length: number): string {
  const random = randomBytes(length)
  let text = ''
  for (let index = 0; index + 2 < random.length; index += 4) {
    const plane = (random[index] ?? 0) % 17
    const low = ((random[index + 1] ?? 0) << 8) | (random[index + 2] ?? 0)
    const code = plane * 0x10000 + low
    const unusable = code < 0x20 || (code >= 0x7f && code < 0xa0) || (code >= 0xd800 && code < 0xe000)
    text += unusable ? 'x' : String.fromCodePoint(code)
  }
  return text
}
