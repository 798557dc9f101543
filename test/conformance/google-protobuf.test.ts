// The same protocol through other people's code: protoc, Google's protobuf and the websockets library.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { echoProgram, shellProgram } from './programs.ts'
import { useHost } from './use-host.ts'

const { host } = useHost()
const protoDirectory = fileURLToPath(new URL('../../proto/', import.meta.url))
const clientScript = fileURLToPath(new URL('./google_client.py', import.meta.url))
const python = ['python3', '/usr/bin/python3'].find((command) =>
  succeeds(command, '-c', 'import google.protobuf, websockets'),
)
const hasProtoc = succeeds('protoc', '--version')
if (!python || !hasProtoc) {
  console.info(
    `not run: ${python ? 'protoc' : 'python3 with google.protobuf and websockets'} is not installed`,
  )
}

it.runIf(hasProtoc)('protoc compiles the proto file', () => {
  execFileSync('protoc', ['--descriptor_set_out=/dev/null', '-I', protoDirectory, 'iterm2.proto'])
})

it.runIf(python && hasProtoc)(
  "Google's protobuf and the websockets library understand the host",
  async () => {
    const modules = mkdtempSync(join(tmpdir(), 'pb-'))
    execFileSync('protoc', [`--python_out=${modules}`, '-I', protoDirectory, 'iterm2.proto'])
    const shown = String.raw`printf '\033[31;1mr\033[0ma🙂b漢e\314\201 end\n'`
    const command = shellProgram(`${shown}\n${echoProgram}`)
    const child = spawn(python ?? '', [clientScript, host().socketPath, host().credentials.cookie, command], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, PYTHONPATH: modules, PYTHONDONTWRITEBYTECODE: '1' },
    })
    const [output, [exitCode]] = await Promise.all([text(child.stdout), once(child, 'exit')])
    expect(exitCode).toBe(0)
    const seen = JSON.parse(output)
    expect(seen).toMatchObject({
      subprotocol: 'api.iterm2.com',
      extensions: 0,
      subscribed: 0,
      announced: seen.session,
      listed: seen.session,
      child: 'session',
      sent: 0,
      variables: [seen.session, seen.columns, null],
      submessage: 'get_buffer_response',
      status: 2,
    })
    expect(seen.version).toMatch(/^1\.\d+$/)
    expect(seen.cells).toEqual(['r', 'a', '🙂', '', 'b', '漢', '', 'e\u0301', ' ', 'e', 'n', 'd'])
    expect(seen.styles[0]).toEqual(['fgStandard', 1, true, 1])
    expect(seen.styles[1]).toEqual(['fgAlternate', 0, false, 11])
  },
)

function succeeds(command: string, ...args: string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
