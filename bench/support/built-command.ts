import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/**
 * The command line of the built package: what people run, without the compiler that runs these files.
 * @throws when there is no build.
 */
export function builtCommand(...args: string[]): string[] {
  const main = fileURLToPath(new URL('../../dist/main.cjs', import.meta.url))
  if (!existsSync(main)) throw new Error('There is no build: run `npm run build` first, or `npm run bench`.')
  return [process.execPath, main, ...args]
}
