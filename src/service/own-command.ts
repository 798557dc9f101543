import { fileURLToPath } from 'node:url'

/** The command line of this very package's binary, from the sources or from the build. */
export function ownCommand(): string[] {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'cjs'
  const main = fileURLToPath(new URL(`../main.${extension}`, import.meta.url))
  return [process.execPath, ...process.execArgv, main]
}
