/** What the operating system refuses, for people. */
import { errorMessage, systemErrorCode } from './errors.ts'

/** The message of a system error, and what to do about it; undefined for what nobody expects it to refuse. */
export function describeSystemError(error: unknown): { message: string; hint: string } | undefined {
  const hint = advice(systemErrorCode(error))
  if (hint === undefined) return undefined
  // `ENOSPC: no space left on device, write`
  const text = errorMessage(error).replace(/^E[A-Z]+: /, '')
  return { message: `${text.charAt(0).toUpperCase()}${text.slice(1)}`, hint }
}

function advice(code: string | undefined): string | undefined {
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return 'Make room on that disk, and run the command again.'
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
    case 'ENOTDIR':
      return 'Look at who owns that path, and who may write there. ITERM_ORCH_HOME names another home for iterm-orch.'
    case 'EMFILE':
    case 'ENFILE':
      return 'Too many files are open: close some programs, or raise the limit (`ulimit -n`).'
    default:
      return undefined
  }
}
