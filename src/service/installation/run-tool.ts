/** Runs a short tool of the system, such as `systemctl`. */
import { execFile } from 'node:child_process'

export interface ToolResult {
  /** Exit status; undefined when it could not be started or took too long. */
  status: number | undefined
  output: string
  /** What it complained of, or why it could not be started. */
  complaint: string
}

export type RunTool = (program: string, args: readonly string[]) => Promise<ToolResult>

/** Supervisors answer at once, but `systemctl start` waits until the service says that it is ready. */
const timeoutMs = 90_000

export const runTool: RunTool = (program, args) =>
  new Promise((resolve) => {
    execFile(program, [...args], { timeout: timeoutMs, encoding: 'utf8' }, (error, stdout, stderr) => {
      const status = error === null ? 0 : typeof error.code === 'number' ? error.code : undefined
      const complaint = stderr.trim() || (error && status === undefined ? error.message : '')
      resolve({ status, output: stdout.trim(), complaint })
    })
  })
