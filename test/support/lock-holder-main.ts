// Takes the lock of argv[2], says so, and holds it until it is killed.
import { tryLockFile } from '../../src/lib/lock-file.ts'

const lock = tryLockFile(process.argv[2] ?? '')
if (lock) setInterval(() => lock, 60_000)
process.stdout.write(lock ? 'held\n' : 'taken\n')
