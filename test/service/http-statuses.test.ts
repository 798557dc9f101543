import { OpenAPIHono } from '@hono/zod-openapi'
import { describe, expect, it } from 'vitest'
import { type ErrorCode, isErrorCode, OrchError } from '../../src/lib/errors.ts'
import { ErrorBody } from '../../src/service/api.ts'
import { answerError } from '../../src/service/error-answer.ts'
import { httpStatuses } from '../../src/service/http-statuses.ts'

const codes = Object.keys(httpStatuses).filter(isErrorCode)

async function statusOf(error: Error): Promise<{ status: number; code: string }> {
  const app = new OpenAPIHono()
  app.onError(answerError)
  app.get('/', () => {
    throw error
  })
  const answer = await app.request('/')
  return { status: answer.status, code: ErrorBody.parse(await answer.json()).error.code }
}

describe('the status of an error', () => {
  it('is what the table says, for every code there is', async () => {
    for (const code of codes) {
      expect(await statusOf(new OrchError(code, 'no'))).toEqual({ status: httpStatuses[code], code })
    }
    expect(codes).toHaveLength(Object.keys(httpStatuses).length)
  })

  it('blames the service for nothing but what was tried and failed', () => {
    const failures: ErrorCode[] = [
      ...(['failed', 'launch-failed', 'not-confirmed', 'submit-unconfirmed'] as const),
      ...(['mail-unreadable', 'mail-unwritable', 'newer-home', 'socket-path-too-long'] as const),
    ]
    expect(codes.filter((code) => httpStatuses[code] === 500).sort()).toEqual(failures.sort())
    expect(httpStatuses['not-allowed']).toBe(403)
    expect(httpStatuses['already-answered']).toBe(409)
  })

  it('is 500 for what was not foreseen', async () => {
    expect(await statusOf(new TypeError('x is undefined'))).toEqual({ status: 500, code: 'failed' })
  })
})
