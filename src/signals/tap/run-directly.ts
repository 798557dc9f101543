/** The program without a tap: when there is no terminal, no secret, or something of ours fails. */
import { spawn } from 'node:child_process'
import { errorMessage, systemErrorCode } from '../../lib/errors.ts'
import type { ExitStatus } from '../../lib/pty/pty.ts'
import { signalNumber } from './end-like.ts'

/** Exit codes of a shell for a command that it cannot run. */
const notFound = 127
const notExecutable = 126

/** Of these the terminal tells the program itself: handed on, it would get them twice. */
const terminalSignals = ['SIGINT', 'SIGQUIT'] as const
const otherSignals = ['SIGHUP', 'SIGTERM', 'SIGUSR1', 'SIGUSR2'] as const

/** Runs the program with our own standard streams; never rejects. */
export function runDirectly(argv: readonly string[]): Promise<ExitStatus> {
  const [program = '', ...args] = argv
  return new Promise((resolve) => {
    const cannotRun = (error: unknown) => {
      const absent = systemErrorCode(error) === 'ENOENT'
      const reason = absent ? 'there is no such program' : errorMessage(error)
      process.stderr.write(`iterm-orch: cannot run ${program}: ${reason}\n`)
      resolve({ exitCode: absent ? notFound : notExecutable, signal: undefined })
    }
    try {
      const child = spawn(program, args, { stdio: 'inherit' })
      child.on('error', cannotRun)
      const onTerminal = [process.stdin, process.stdout, process.stderr].some((stream) => stream.isTTY)
      for (const signal of terminalSignals) {
        process.on(signal, () => void (!onTerminal && child.kill(signal)))
      }
      for (const signal of otherSignals) process.on(signal, () => void child.kill(signal))
      child.on('exit', (exitCode, signal) =>
        resolve({ exitCode: exitCode ?? 0, signal: signalNumber(signal) }),
      )
    } catch (error) {
      cannotRun(error)
    }
  })
}
