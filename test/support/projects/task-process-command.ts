import { fileURLToPath } from 'node:url'

/** Begins the command line of a task process: that of the built binary. */
export const taskProcessCommand = [
  process.execPath,
  fileURLToPath(new URL('../../../dist/main.cjs', import.meta.url)),
  'task-process',
]
