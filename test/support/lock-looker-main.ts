// Looks whether somebody has the lock of argv[2], argv[3] times, and says how often it seemed so.
import { isLocked } from '../../src/lib/lock-file.ts'
import { untilTold } from './until-told.ts'
import { writeNow } from './write-now.ts'

const [path = '', times] = process.argv.slice(2)
await untilTold()
let seen = 0
for (let left = Number(times); left > 0; left--) if (isLocked(path)) seen += 1
writeNow(`${seen}\n`)
