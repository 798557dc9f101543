import { mkdtempSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  assertSocketPathFits,
  ensurePrivateDirectory,
  maxSocketPathBytes,
  resolveHome,
} from '../../src/lib/home.ts'

const newDirectory = () => mkdtempSync(join(tmpdir(), 'io-home-'))

describe('a private directory', () => {
  it('is made with its parents, for this user only, and may be there already', () => {
    const path = join(newDirectory(), 'a', 'b')
    ensurePrivateDirectory(path)
    ensurePrivateDirectory(path)
    expect(statSync(path).mode & 0o777).toBe(0o700)
  })

  it('says at once when it cannot be made', () => {
    const file = join(newDirectory(), 'file')
    writeFileSync(file, '')
    expect(() => ensurePrivateDirectory(join(file, 'a', 'b'))).toThrow(/ENOTDIR/)
  })

  it.runIf(process.platform === 'linux')('says at once that nothing can be made below /proc', () => {
    expect(() => ensurePrivateDirectory('/proc/iterm-orch/run')).toThrow(/ENOENT/)
  })
})

describe('the home', () => {
  it('is moved by ITERM_ORCH_HOME, else stands in HOME', () => {
    expect(resolveHome({ HOME: '/home/me' }).root).toBe('/home/me/.iterm-orch')
    expect(resolveHome({ HOME: '/home/me', ITERM_ORCH_HOME: '/data/io' }).serviceSocket).toBe(
      '/data/io/run/service.sock',
    )
  })

  it('refuses a socket path that the system cannot bind, counted in bytes', () => {
    assertSocketPathFits('x'.repeat(maxSocketPathBytes))
    expect(() => assertSocketPathFits('é'.repeat(maxSocketPathBytes / 2 + 1))).toThrow(/socket path has/)
  })
})
