import { cpus, release, totalmem, type } from 'node:os'
import { tmuxVersion } from './tmux.ts'

/** Says on what the numbers were measured. @throws when tmux, which everything is compared with, is missing. */
export function printMachine(): void {
  const [cpu] = cpus()
  const memory = `${Math.round(totalmem() / 2 ** 30)} GB`
  console.log(
    [
      `${type()} ${release()}`,
      `${cpus().length} × ${cpu?.model ?? process.arch}, ${memory}`,
      `Node ${process.versions.node}`,
      tmuxVersion(),
    ].join(' · '),
  )
}
