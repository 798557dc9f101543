declare module 'node-osascript' {
  import type { ChildProcess } from 'node:child_process'

  /** Runs `osascript`; `result` is what the script gave, parsed from AppleScript's source form. */
  export function execute(
    script: string,
    variables: Record<string, readonly number[]>,
    callback: (error: Error | undefined, result: unknown) => void,
  ): ChildProcess
}
