import { expect, it } from 'vitest'
import { InvokeFunctionResponseStatus } from '../../src/messages/iterm2.ts'
import { apiLooks } from '../../src/terminal/session-looks.ts'
import { useIterm2 } from '../support/iterm2-fixture.ts'

const { connected } = useIterm2()

it('where iTerm2 has no set_status, the sequence says the same, and nothing in it can end it', async () => {
  const { terminal, client } = await connected()
  const error = { status: InvokeFunctionResponseStatus.FAILED, errorReason: 'no such function' }
  terminal.respond('invokeFunction', () => ({ error }))
  terminal.respond('inject', () => ({ status: [0] }))
  const looks = apiLooks(client, 'iterm2', 'S')
  await looks.setStatus({ text: 'Waiting', detail: 'a;b\\c\x07\x1b]0;x', color: '#e08a1e' })
  await looks.setStatus(undefined)
  expect(terminal.requests('inject').map(({ data }) => Buffer.from(data ?? []).toString())).toEqual([
    '\x1b]21337;status=Waiting;indicator=#e08a1e;status-color=#e08a1e;detail=a\\;b\\\\c  ]0\\;x\x1b\\',
    '\x1b]21337;status=;indicator=;status-color=;detail=\x1b\\',
  ])
})
