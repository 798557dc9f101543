import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { useService } from '../support/use-service.ts'

const { service, client } = useService()

it('names the records of escalations that cannot be read, and leaves them as they are', async () => {
  const check = async () => (await client().doctor()).checks.find(({ name }) => name === 'escalations')
  expect(await check()).toMatchObject({ status: 'ok' })
  const { escalations } = service.home
  mkdirSync(join(escalations, 'closed'), { recursive: true })
  const paths = [escalations, join(escalations, 'closed')].map((directory, index) =>
    join(directory, `0mwqbroken${index}000000000.json`),
  )
  for (const path of paths) writeFileSync(path, '{"id":')
  const told = await check()
  expect(told).toMatchObject({ status: 'warn', fix: expect.stringContaining('move them away') })
  for (const path of paths) {
    expect(told?.detail).toContain(path)
    expect(readFileSync(path, 'utf8')).toBe('{"id":')
  }
})
