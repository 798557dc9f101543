import { OrchError } from '../lib/errors.ts'

/** Text of typed bytes; the API of the terminal takes text, so the bytes have to be UTF-8. */
export function decodeInput(base64: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(base64, 'base64'))
  } catch (error) {
    throw new OrchError('usage', 'The input is not UTF-8.', { cause: error })
  }
}
