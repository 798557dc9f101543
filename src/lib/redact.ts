/** Takes obvious secrets out of text that is about to be stored (design rule 11). */

const mask = '[redacted]'

/** Forms of well-known tokens; each is anchored by a prefix that ordinary text does not have. */
const tokens: readonly RegExp[] = [
  /\bsk-[A-Za-z0-9_-]{16,}/g,
  /\bgh[pousr]_[A-Za-z0-9]{20,}/g,
  /\bgithub_pat_[A-Za-z0-9_]{20,}/g,
  /\bglpat-[A-Za-z0-9_-]{16,}/g,
  /\bxox[abeoprs]-[A-Za-z0-9-]{10,}/g,
  /\bAIza[A-Za-z0-9_-]{30,}/g,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /\bnpm_[A-Za-z0-9]{30,}/g,
  /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/g,
  /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[^-]*(?:-----END [A-Z ]{0,30}PRIVATE KEY-----)?/g,
]

/** `password: x`, `API_KEY=x`, `Authorization: Bearer x`, `https://user:x@host`: the value goes. */
const labelled =
  /((?:password|passwd|passphrase|secret|token|api[-_]?key|access[-_]?key)["']?\s*[:=]\s*["']?)[^\s"',;]{3,}/gi
const bearer = /\b((?:bearer|basic)\s+)[A-Za-z0-9._~+/=-]{12,}/gi
const urlPassword = /(\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@]{1,100}:)[^\s/@]{1,200}(?=@)/gi

/** The text with `[redacted]` in place of whatever looks like a secret. */
export function redact(text: string): string {
  let result = text
  for (const token of tokens) result = result.replace(token, mask)
  return result.replace(urlPassword, `$1${mask}`).replace(bearer, `$1${mask}`).replace(labelled, `$1${mask}`)
}
