/** Whether a file in `tasks/` is completely written. Nobody says so: it is concluded from its times. */

/** What the system says of a file. */
export interface FileLook {
  ino: number
  size: number
  mtimeMs: number
  ctimeMs: number
}

/**
 * A write sets both times of a file alike. A rename, a link, or a program that sets the times when it has copied
 * everything (`cp -p`, `tar`, `scp -p`) changes only `ctime`; more than this between them is no second look at the
 * clock within one write. In ms.
 */
const clockSlackMs = 1

/**
 * @param sameSince when it was seen like this for the first time, in ms since 1970
 * @param settleMs so long nobody may have written
 */
export function isSettled(
  { size, mtimeMs, ctimeMs }: FileLook,
  sameSince: number,
  now: number,
  settleMs: number,
): boolean {
  // An empty one may have got its mode, and no text yet.
  if (size > 0 && ctimeMs > mtimeMs + clockSlackMs) return true
  if (now - Math.max(ctimeMs, mtimeMs) >= settleMs) return true
  // The clock of a network drive may be ahead of ours.
  return now - sameSince >= settleMs
}

export function isSameLook(a: FileLook, b: FileLook): boolean {
  return a.ino === b.ino && a.size === b.size && a.mtimeMs === b.mtimeMs && a.ctimeMs === b.ctimeMs
}
