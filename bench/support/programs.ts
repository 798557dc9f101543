import { fileURLToPath } from 'node:url'

/** The command line of one of the little programs in bench/programs. */
export function program(name: string, ...args: (string | number)[]): string[] {
  return ['perl', fileURLToPath(new URL(`../programs/${name}.pl`, import.meta.url)), ...args.map(String)]
}
