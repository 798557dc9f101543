// Takes the lock of argv[2], says so, and holds it until it is killed. With `wait` behind it, as soon as it is free.
import { setImmediate as nextTurn } from 'node:timers/promises'
import { tryLockFile } from '../../src/lib/lock-file.ts'

const [path = '', wait] = process.argv.slice(2)
let lock = tryLockFile(path)
if (!lock && wait === 'wait') {
  process.stdout.write('waits\n')
  while (!lock) {
    await nextTurn()
    lock = tryLockFile(path)
  }
}
if (lock) setInterval(() => lock, 60_000)
process.stdout.write(lock ? 'held\n' : 'taken\n')
