/** The cookies that open a connection. They live as long as the host, or the session that was given one. */
import { timingSafeEqual } from 'node:crypto'
import { randomToken } from '../../lib/ids.ts'

/** Random bytes of a cookie; written as twice as many hex digits. */
const cookieBytes = 16

export class Cookies {
  readonly #cookies = new Set<string>()

  issue(): string {
    const cookie = randomToken(cookieBytes)
    this.#cookies.add(cookie)
    return cookie
  }

  revoke(cookie: string): void {
    this.#cookies.delete(cookie)
  }

  /** Compares with every cookie in constant time, so that nothing can be learnt by measuring. */
  accepts(candidate: string | undefined): boolean {
    const given = Buffer.from(candidate ?? '', 'latin1')
    let found = false
    for (const cookie of this.#cookies) {
      const known = Buffer.from(cookie, 'latin1')
      const same = given.length === known.length && timingSafeEqual(given, known)
      found = found || same
    }
    return found
  }
}
