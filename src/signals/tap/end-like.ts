/** Ends this process as the program ended, so that whoever started the tap sees no difference. */
import { constants } from 'node:os'
import type { ExitStatus } from '../../lib/pty/pty.ts'

/** Longest wait for the signal; then the exit code says it, as a shell would. */
const signalMs = 1_000

export function endLike({ exitCode, signal }: ExitStatus): void {
  const name = signalName(signal)
  if (name === undefined) process.exit(exitCode)
  process.removeAllListeners(name)
  setTimeout(() => process.exit(128 + constants.signals[name]), signalMs)
  process.kill(process.pid, name)
}

export function signalName(number: number | undefined): NodeJS.Signals | undefined {
  return signals.find((name) => constants.signals[name] === number)
}

export function signalNumber(name: NodeJS.Signals | null): number | undefined {
  return name === null ? undefined : constants.signals[name]
}

const signals = Object.keys(constants.signals).filter(
  (name): name is NodeJS.Signals => name in constants.signals,
)
