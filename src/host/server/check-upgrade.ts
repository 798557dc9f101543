/** Whether a request may become a connection (reference, sections 1.2 and 1.3). Pure. */
import type { UpgradeRequest } from './upgrade-request.ts'

export type UpgradeVerdict =
  | { status: 101; key: string; newerVersion: boolean; client: string }
  | { status: 400 | 401 | 406; reason: string }

export const subprotocol = 'api.iterm2.com'

/** Oldest version of the Python library that is spoken to, as a decimal number. */
const oldestPython = 0.24
const localHosts = new Set(['localhost', '127.0.0.1', '[::1]'])

/** The rules are tried in the order of the table; a cookie only counts for a request that keeps them all. */
export function checkUpgrade(
  request: UpgradeRequest,
  acceptsCookie: (cookie: string | undefined) => boolean,
): UpgradeVerdict {
  const { method, path, protocol, headers } = request
  const header = (name: string) => headers.get(name) ?? ''
  if (method !== 'GET' || path !== '/' || protocol !== 'HTTP/1.1') return bad('the request line')
  if (header('upgrade').toLowerCase() !== 'websocket') return bad('Upgrade')
  if (header('connection').toLowerCase() !== 'upgrade') return bad('Connection')
  if (header('sec-websocket-protocol') !== subprotocol) return bad('Sec-WebSocket-Protocol')
  if (header('sec-websocket-key') === '') return bad('Sec-WebSocket-Key')
  const version = /^\d{1,9}$/.test(header('sec-websocket-version'))
    ? Number(header('sec-websocket-version'))
    : 0
  if (version < 13) return bad('Sec-WebSocket-Version')
  if (!localHosts.has(header('host').toLowerCase().replace(/:\d*$/, ''))) return bad('Host')
  if (!isLocalOrigin(header('origin'))) return bad('Origin')
  if (headers.has('content-length')) return bad('Content-Length')
  const library = /^([^ ]+) (\d+(?:\.\d+)?)$/.exec(header('x-iterm2-library-version'))
  if (!library) return bad('x-iterm2-library-version')
  if (library[1] === 'python' && Number(library[2]) < oldestPython) {
    return { status: 406, reason: `the python library ${library[2]} is too old` }
  }
  if (!acceptsCookie(headers.get('x-iterm2-cookie'))) return { status: 401, reason: 'no valid cookie' }
  const client = headers.get('x-iterm2-advisory-name') ?? header('x-iterm2-library-version')
  return { status: 101, key: header('sec-websocket-key'), newerVersion: version > 13, client }
}

function bad(what: string): UpgradeVerdict {
  return { status: 400, reason: `${what} is missing or not as it must be` }
}

function isLocalOrigin(origin: string): boolean {
  return URL.canParse(origin) && new URL(origin).hostname === 'localhost'
}
