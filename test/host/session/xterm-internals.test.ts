import { createRequire } from 'node:module'
import { expect, test } from 'vitest'
import { xtermInternals } from '../../../src/host/session/xterm-internals.ts'

const { Terminal } = createRequire(import.meta.url)('@xterm/headless') as typeof import('@xterm/headless')

test('the parts of @xterm/headless that are taken from inside are there', () => {
  const terminal = new Terminal({ allowProposedApi: true })
  expect(() => xtermInternals(terminal)).not.toThrow()
})

test('another version says which parts are missing', () => {
  const terminal = new Terminal({ allowProposedApi: true })
  Reflect.deleteProperty(Reflect.get(terminal, '_core'), '_oscLinkService')
  expect(() => xtermInternals(terminal)).toThrow(
    '@xterm/headless has changed inside: _oscLinkService.getLinkData is not there',
  )
})
