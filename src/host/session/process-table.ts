/** Chooses how processes are read on this system. */
import { linuxProcessTable } from './process-table-linux.ts'
import { macProcessTable } from './process-table-macos.ts'
import type { ProcessTable } from './process-tree.ts'

/** The process table of this system. */
export function processTable(): ProcessTable {
  return process.platform === 'darwin' ? macProcessTable() : linuxProcessTable()
}
