import { execFileSync } from 'node:child_process'

/** Whether a program is on the PATH. */
export function isThere(program: string): boolean {
  try {
    execFileSync('/bin/sh', ['-c', `command -v ${program}`], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
