import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'

/**
 * Runs processes that begin at the same moment, once all of them are there; each waits for it with `untilTold`.
 *
 * @param program below `test/support/`, without its ending
 * @param each the arguments of each process
 * @param meanwhile done again and again until all have ended
 * @returns the lines that each of them said
 */
export async function runTogether(
  program: string,
  each: readonly (readonly string[])[],
  meanwhile: () => unknown = () => undefined,
): Promise<string[][]> {
  const path = new URL(`${program}.ts`, import.meta.url).pathname
  const children = each.map((args) =>
    spawn(process.execPath, ['--import', 'tsx', path, ...args], { stdio: ['pipe', 'pipe', 'inherit'] }),
  )
  await Promise.all(children.map(({ stdout }) => once(stdout, 'data')))
  let over = false
  const said = Promise.all(children.map(({ stdout }) => text(stdout))).finally(() => {
    over = true
  })
  for (const { stdin } of children) stdin.end('go\n')
  for (; !over; await delay(1)) await meanwhile()
  return (await said).map((lines) => lines.split('\n').filter((line) => line !== ''))
}
