import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { useService } from '../support/use-service.ts'

const { client } = useService()
const text = readFileSync(new URL('../../docs/service-api.md', import.meta.url), 'utf8')
const Description = z.object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) })

function described(): Promise<z.infer<typeof Description>> {
  return new Promise((resolve, reject) => {
    request({ socketPath: client().socketPath, path: '/openapi.json', host: 'localhost' }, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (chunk: string) => {
        body += chunk
      })
      response.on('end', () => resolve(Description.parse(JSON.parse(body))))
    })
      .on('error', reject)
      .end()
  })
}

describe('the document of the API', () => {
  it('has every route that the service describes, and no other', async () => {
    const { paths } = await described()
    const routes = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    )
    const documented = [...text.matchAll(/^\| `((?:GET|POST) [^`?]+)/gmu)].map(([, route]) => route)
    expect(documented.sort()).toEqual(routes.sort())
  })
})
