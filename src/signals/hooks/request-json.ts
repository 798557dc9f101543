/** A request to the service's socket, with JSON in both directions. */
import { request } from 'node:http'
import { text as readAll } from 'node:stream/consumers'

/** @throws when the service is not there, is not done in time, or answers no JSON */
export async function requestJson(
  socketPath: string,
  method: 'GET' | 'POST',
  path: string,
  body: object | undefined,
  withinMs: number,
): Promise<{ status: number; body: unknown }> {
  const headers = { 'content-type': 'application/json', connection: 'close' }
  const signal = AbortSignal.timeout(withinMs)
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath, method, path, headers, signal }, (response) => {
      readAll(response).then(
        (text) => resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) as unknown }),
        reject,
      )
    })
    sent.once('error', reject)
    sent.end(body === undefined ? undefined : JSON.stringify(body))
  })
}
