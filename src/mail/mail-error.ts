/** Errors of the file system, said for people. */
import { type ErrorCode, errorMessage, OrchError, systemErrorCode } from '../lib/errors.ts'

const explanations: Readonly<Record<string, readonly [why: string, hint: string]>> = {
  ENOSPC: ['the disk is full', 'Free some space and run the command again: nothing was reported as done.'],
  EDQUOT: ['the quota of the disk is used up', 'Free some space and run the command again.'],
  EROFS: ['the file system is read-only', 'Mount it for writing, or set comms.root to another place.'],
  EACCES: ['the permission is missing', 'Check its owner and mode, and those of its directory.'],
  EPERM: ['it is not permitted', 'Check its owner and flags, and those of its directory.'],
  ENOENT: ['it does not exist (any more)', 'Run `iterm-orch mail doctor --fix` to make missing directories.'],
  ENOTDIR: ['a file stands where a directory should be', 'Move that file away.'],
  EISDIR: ['something else stands where a file should be', 'Move it away.'],
  ELOOP: ['symbolic links lead in a circle, or stand where none may be', 'Remove the link.'],
  ENAMETOOLONG: ['the name is too long for the file system', 'Choose a shorter name.'],
  EIO: ['the disk or network drive gave an error', 'Check the drive.'],
  ESTALE: ['the network drive lost it', 'Mount it again.'],
}

/**
 * The error of a failed action on a mailbox: `mail-unreadable` for reading, `mail-unwritable` for writing.
 * What is an {@link OrchError} already stays what it is.
 */
export function mailError(code: MailErrorCode, action: string, path: string, error: unknown): OrchError {
  if (error instanceof OrchError) return error
  const known = explanations[systemErrorCode(error) ?? '']
  const why = known?.[0] ?? errorMessage(error)
  return new OrchError(code, `${action} ${path}: ${why}.`, {
    hint: known?.[1] ?? 'Look at it, and mend it or move it away.',
    details: { path, reason: systemErrorCode(error) ?? errorMessage(error) },
    cause: error,
  })
}

type MailErrorCode = Extract<ErrorCode, 'mail-unreadable' | 'mail-unwritable'>

/** Runs what reads `path`; its failure is an error with the path, never an empty result. */
export function reading<T>(path: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw mailError('mail-unreadable', 'Cannot read', path, error)
  }
}

/** Runs what writes `path`; its failure is an error with the path. */
export function writing<T>(path: string, write: () => T): T {
  try {
    return write()
  } catch (error) {
    throw mailError('mail-unwritable', 'Cannot write', path, error)
  }
}
