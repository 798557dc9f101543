/** What a shell or program says of its surroundings: OSC 7, and iTerm2's OSC 1337. */
import { hostname } from 'node:os'
import { plainText } from '../../lib/plain-text.ts'
import type { Emulator } from './emulator.ts'
import type { Facts } from './facts.ts'

/** Limits on what a program may set: names and values in characters, and how many. */
const longestPath = 4_096
const longestName = 256
const longestValue = 16_384
const maxUserVariables = 256
const longestPayload = 1_000_000

/** One segment, as the API demands of names that clients set. */
const userVariableName = /^[\p{L}\p{N}_-]{1,128}$/u

type CustomEscape = (identity: string, payload: string) => void

export function followShell(emulator: Emulator, facts: Facts, customEscape: CustomEscape): void {
  emulator.onOsc(7, (data) => {
    setDirectoryUrl(facts, data)
    return true
  })
  const userVariables = new Set<string>()
  emulator.onOsc(1337, (data) => {
    const at = data.indexOf('=')
    if (at < 0) return true
    const value = data.slice(at + 1)
    const key = data.slice(0, at)
    if (key === 'CurrentDir') setDirectory(facts, value)
    else if (key === 'RemoteHost') setRemoteHost(facts, value)
    else if (key === 'ShellIntegrationVersion') setShell(facts, value)
    else if (key === 'SetUserVar') setUserVariable(facts, userVariables, value)
    else if (key === 'RequestAttention') facts.set('orch.attention', plainText(value, longestName) || null)
    else if (key === 'Custom') reportCustom(value, customEscape)
    return true
  })
}

/** `file://host/path`, percent-encoded. On another machine the host says so. */
function setDirectoryUrl(facts: Facts, url: string): void {
  const match = /^file:\/\/([^/]*)(\/.*)$/s.exec(url)
  if (!match) return
  const [, host = '', path = ''] = match
  facts.set('hostname', plainText(host, longestName) || hostname())
  setDirectory(facts, decodePath(path))
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    // Not every shell encodes a percent sign.
    return path
  }
}

function setDirectory(facts: Facts, path: string): void {
  if (path.startsWith('/')) facts.set('orch.reportedDirectory', plainText(path, longestPath))
}

/** `user@host`. */
function setRemoteHost(facts: Facts, value: string): void {
  const at = value.indexOf('@')
  if (at > 0) facts.set('username', plainText(value.slice(0, at), longestName))
  const host = plainText(value.slice(at + 1), longestName)
  if (host !== '') facts.set('hostname', host)
}

/** `<version>;shell=<name>`, or `<version>;<name>` in older scripts. */
function setShell(facts: Facts, value: string): void {
  const [version = '', ...rest] = value.split(';')
  facts.set('orch.shellIntegrationVersion', plainText(version, longestName) || null)
  const name = rest.find((one) => one.startsWith('shell='))?.slice('shell='.length) ?? rest[0]
  if (name) facts.set('shell', plainText(name, longestName))
}

/** `<name>=<base64>`; an empty value unsets. */
function setUserVariable(facts: Facts, names: Set<string>, data: string): void {
  const at = data.indexOf('=')
  const name = data.slice(0, Math.max(0, at))
  const encoded = data.slice(at + 1)
  if (!userVariableName.test(name) || encoded.length > longestValue * 4) return
  const value = Buffer.from(encoded, 'base64').toString('utf8').slice(0, longestValue)
  if (value === '') names.delete(name)
  else if (!names.has(name) && names.size >= maxUserVariables) return
  else names.add(name)
  facts.set(`user.${name}`, value === '' ? null : value)
}

/** `id=<identity>:<payload>`. */
function reportCustom(value: string, customEscape: CustomEscape): void {
  const match = /^id=([^:]*):(.*)$/s.exec(value)
  if (match && value.length <= longestPayload) customEscape(match[1] ?? '', match[2] ?? '')
}
