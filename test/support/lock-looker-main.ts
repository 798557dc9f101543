// Looks whether somebody has the lock of argv[2], argv[3] times, and says how often it seemed so. Says `ready`, and
// begins at the first line that it is given.
import { once } from 'node:events'
import { isLocked } from '../../src/lib/lock-file.ts'
import { writeNow } from './write-now.ts'

const [path = '', times] = process.argv.slice(2)
writeNow('ready\n')
await once(process.stdin, 'data')
let seen = 0
for (let left = Number(times); left > 0; left--) if (isLocked(path)) seen += 1
writeNow(`${seen}\n`)
process.stdin.destroy()
